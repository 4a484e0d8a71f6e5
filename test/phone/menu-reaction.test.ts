import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { callAs, documentsInLogs, toMainMenu, way, wayOf } from './menu-ways.ts';
import { longestSilence, release } from './timing.ts';

/** From a key's release to the end of the prompt: 20 ms to the exchange, one request to stop, and two busy cores. */
const silencedWithinMs = 300;
/** What a person in a menu takes for "at once", with an ERP that answers in milliseconds. */
const atOnceMs = 1_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

describe.concurrent('what is heard', () => {
  test('comes at once, at the level of speech, and without a hole', async () => {
    const answered = performance.now();
    const caller = await Caller.dial(system);
    await caller.hears('complaints_hint', 40_000);
    const sounds = caller.sounds;
    expect(caller.said).toEqual([
      'greeting',
      'press_zero_anytime',
      'ask_document',
      'document_letters_hint',
      'complaints_hint',
    ]);
    const from = sounds[0]?.fromMs ?? answered;
    const until = sounds.at(-1)?.fromMs ?? from;
    expect(longestSilence(caller, from, until)).toBeLessThan(1_000);
    const loud = caller.phone.since(from).filter((packet) => packet.loudness > 0.01);
    const level = Math.sqrt(loud.reduce((sum, packet) => sum + packet.loudness ** 2, 0) / loud.length);
    // The recordings are made at −20 dB of speech level.
    expect(20 * Math.log10(level)).toBeGreaterThan(-26);
    expect(20 * Math.log10(level)).toBeLessThan(-14);
    await caller.hangUp();
  });

  test('stops with a key, and the next prompt begins', async () => {
    const caller = await callAs(system, 'active');
    await caller.hears('main_menu');
    await sleep(700);
    const released = await release(caller, '1');
    const next = await caller.hears('financial_menu');
    const menu = caller.sounds.find((sound) => sound.names.has('main_menu'));
    expect((menu?.untilMs ?? 0) - released).toBeLessThan(silencedWithinMs);
    expect(next.fromMs - released).toBeLessThan(atOnceMs);
    await caller.hangUp();
  });
});

describe('an ERP that does not answer', () => {
  /** Holds a table, so that whatever asks the ERP for it waits; `letGo` ends that. */
  async function hold(table: 'subscriber' | 'contract'): Promise<() => Promise<void>> {
    const { pool } = await system.database();
    const client = await pool.connect();
    await client.query(`begin; lock table ${table} in access exclusive mode`);
    return async () => {
      await client.query('commit');
      client.release();
    };
  }

  test('for 1.5 s: words within 300 ms of waiting, and then the answer', async () => {
    const caller = await Caller.dial(system);
    await caller.press(system.subscriber('active').document);
    const letGo = await hold('subscriber');
    const asked = await release(caller, '#');
    const comfort = await caller.hears('comfort_checking');
    // 250 ms of quiet are left to an ERP that is quick; 300 is the promise, and 200 the way to the exchange and back.
    expect(comfort.fromMs - asked).toBeGreaterThan(200);
    expect(comfort.fromMs - asked).toBeLessThan(500);
    await sleep(1_000);
    await letGo();
    await caller.hears('main_menu');
    expect(caller.didHear('system_unavailable')).toBe(false);
    expect(await wayOf(caller)).toEqual(toMainMenu);
  });

  test('for longer than 3 s: the truth, never "not found", and a person', async () => {
    const caller = await Caller.dial(system);
    await caller.press(system.subscriber('active').document);
    const letGo = await hold('subscriber');
    const asked = await release(caller, '#');
    const truth = await caller.hears('system_unavailable');
    expect(truth.fromMs - asked).toBeGreaterThan(2_800);
    expect(truth.fromMs - asked).toBeLessThan(4_500);
    expect(longestSilence(caller, asked, truth.fromMs)).toBeLessThan(3_000);
    await caller.hears('to_person');
    await letGo();
    expect(caller.didHear('document_not_found')).toBe(false);
    expect(await wayOf(caller)).toEqual([...way.toDocument, 'erp_down', 'pessoa/hours', 'pessoa/calling']);
  });

  test('and a caller who does not wait: the log is closed at the document', async () => {
    const caller = await Caller.dial(system);
    const letGo = await hold('subscriber');
    await caller.press(`${system.subscriber('active').document}#`);
    await caller.hears('comfort_checking');
    expect(await wayOf(caller)).toEqual(way.toDocument);
    await letGo();
  });

  test('to an unlock for 2 s: it is done once, and said after it was', async () => {
    const { db } = await system.database();
    const contractId = system.subscriber('suspended').contracts[0] ?? 0;
    const caller = await callAs(system, 'suspended');
    await caller.hears('situation_suspended');
    const letGo = await hold('contract');
    await caller.press('1');
    await caller.hears('comfort_checking');
    await sleep(1_500);
    expect(caller.didHear('unlock_done-2')).toBe(false);
    await letGo();
    await caller.hears('unlock_done-2');
    await caller.hangUp();
    expect(await db.selectFrom('promise').select('id').where('contract_id', '=', contractId).execute()).toHaveLength(1);
  });

  test('to an unlock for 10 s: that it is not certain, and a person', async () => {
    const caller = await callAs(system, 'suspended', 1);
    await caller.hears('situation_suspended');
    const letGo = await hold('contract');
    await caller.press('1');
    const working = await caller.hears('unlock_working');
    await caller.hears('comfort_checking');
    await caller.hears('comfort_still_checking');
    const truth = await caller.hears('unlock_unavailable');
    await letGo();
    expect(longestSilence(caller, working.fromMs, truth.fromMs)).toBeLessThan(3_500);
    await caller.hears('to_person');
    expect(caller.didHear('unlock_done-2')).toBe(false);
    expect((await wayOf(caller)).slice(-4)).toEqual([
      'liberacao/unlock',
      'liberacao/unavailable',
      'pessoa/hours',
      'pessoa/calling',
    ]);
  });
});

test('nobody’s document stands in any log', async () => {
  expect(await documentsInLogs(system)).toEqual([]);
});
