import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { callAs, documentsInLogs, toMainMenu, way, wayOf } from './menu-ways.ts';

/** From a key's release to the end of the prompt: 20 ms to the exchange, one request to stop, and two busy cores. */
const silencedWithinMs = 300;
/** What a person in a menu takes for "at once", with an ERP that answers in milliseconds. */
const atOnceMs = 1_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

/** The longest time without anything audible between two instants. */
function longestSilence(caller: Caller, fromMs: number, untilMs: number): number {
  const loud = caller.phone.since(fromMs).filter(({ loudness, atMs }) => loudness > 0.005 && atMs <= untilMs);
  const instants = [fromMs, ...loud.map((packet) => packet.atMs), untilMs];
  return Math.max(...instants.map((atMs, i) => atMs - (instants[i - 1] ?? fromMs)));
}

/** Presses one key; gives the instant of its release. */
async function release(caller: Caller, key: string): Promise<number> {
  const gapMs = 60;
  await caller.press(key, { holdMs: 80, gapMs });
  return performance.now() - gapMs;
}

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

describe.concurrent('keys', () => {
  test('9 repeats', async () => {
    const caller = await callAs(system, 'active');
    await caller.answers('main_menu', '9');
    await caller.answers('main_menu', '9');
    await caller.answers('main_menu', '1');
    await caller.answers('financial_menu', '9');
    await caller.hears('financial_menu');
    expect(caller.didHear('invalid_option')).toBe(false);
    await caller.hangUp();
    const call = await caller.record();
    expect(call.steps.filter((step) => step.node === 'main_menu')).toMatchObject([{ digits: '991' }]);
  });

  test('* goes back to the menu before', async () => {
    const caller = await callAs(system, 'active', 0, '1');
    await caller.answers('financial_menu', '*');
    await caller.answers('main_menu', '2');
    await caller.answers('support_offer_reset', '*');
    await caller.answers('main_menu', '4');
    await caller.answers('complaint_menu', '*');
    await caller.hears('main_menu');
    expect((await wayOf(caller)).slice(toMainMenu.length - 1)).toEqual([
      'main_menu',
      'financeiro/menu',
      'main_menu',
      'suporte/status',
      'suporte/checking',
      'suporte/check',
      'suporte/online',
      'main_menu',
      'reclamacoes/menu',
      'main_menu',
    ]);
  });

  test('* erases a document that was begun wrong', async () => {
    const caller = await Caller.dial(system);
    await caller.press(`123*${system.subscriber('active').document}#`);
    await caller.hears('main_menu');
    expect(await wayOf(caller)).toEqual(toMainMenu);
  });

  test.each([
    ['the greeting', '', 'greeting', '0'],
    ['the question for a document', '', 'ask_document', '0#'],
    ['the offer to unlock', 'suspended', 'situation_suspended', '0'],
    ['the main menu', 'active', 'main_menu', '0'],
    ['the choice of a contract', 'two-contracts', 'choose_contract', '0'],
    ['the financial menu', 'active 1', 'financial_menu', '0'],
    ['support', 'active 2', 'support_offer_reset', '0'],
    ['the restart of a modem', 'offline 2', 'support_restart_modem', '0'],
    ['complaints', 'active 4', 'complaint_menu', '0'],
  ])('0 during %s calls a person', async (_, as, prompt, keys) => {
    const [situation = '', before = ''] = as.split(' ');
    const caller = situation === '' ? await Caller.dial(system) : await callAs(system, situation, 0, before);
    await caller.hears(prompt);
    await caller.press(keys);
    const pressed = performance.now();
    const heard = await caller.hears('to_person');
    // A lone 0 may be the beginning of a CPF: 3 s tell.
    expect(heard.fromMs - pressed).toBeLessThan(keys === '0' && situation === '' ? 4_500 : atOnceMs);
    expect((await wayOf(caller)).slice(-2)).toEqual(['pessoa/hours', 'pessoa/calling']);
  });

  test('a key held for long counts once, and one pressed twice counts twice', async () => {
    const caller = await callAs(system, 'active', 1);
    await caller.hears('main_menu');
    await caller.press('1', { holdMs: 1_500 });
    await caller.answers('financial_menu', '*');
    await caller.answers('main_menu', '77');
    await caller.answers('invalid_option', '1');
    await caller.hears('financial_menu');
    await caller.hangUp();
    const steps = (await caller.record()).steps.slice(toMainMenu.length - 1);
    expect(steps.map((step) => step.digits)).toEqual(['1', '*', '771', null]);
  });

  test('# ends a document at once; three digits end after the wait for the next one', async () => {
    const caller = await Caller.dial(system);
    await caller.hears('ask_document');
    await caller.press('12');
    const released = await release(caller, '3');
    const invalid = await caller.hears('document_invalid');
    // 3 s between two keys.
    expect(invalid.fromMs - released).toBeGreaterThan(2_700);
    expect(invalid.fromMs - released).toBeLessThan(4_500);
    await caller.press(system.subscriber('active').document);
    const ended = await release(caller, '#');
    expect((await caller.hears('main_menu')).fromMs - ended).toBeLessThan(atOnceMs);
    await caller.hangUp();
  });

  test('one digit too many makes a document wrong, rather than another one', async () => {
    const caller = await Caller.dial(system);
    await caller.press(`${system.subscriber('company').document}5`);
    await caller.hears('document_invalid');
    await caller.press(`${system.subscriber('company').document}#`);
    await caller.hears('main_menu');
    expect(await wayOf(caller)).toEqual(toMainMenu);
  });

  test('a menu of three levels typed ahead in one go, while the greeting is said', async () => {
    const caller = await Caller.dial(system);
    await caller.hears('greeting');
    await caller.press(`${system.subscriber('active', 2).document}#1*1*1*2*`);
    await caller.hears('main_menu');
    await sleep(200);
    expect(caller.didHear('invalid_option')).toBe(false);
    const path = await wayOf(caller);
    expect(path.slice(0, toMainMenu.length)).toEqual(toMainMenu);
    expect(path.filter((node) => node === 'main_menu')).toHaveLength(5);
  });
});

describe.concurrent('tries', () => {
  test('three wrong keys lead to a person', async () => {
    const caller = await callAs(system, 'active');
    await caller.answers('main_menu', '7');
    await caller.answers('invalid_option', '8');
    await caller.answers('invalid_option', '5');
    await caller.hears('to_person');
    expect((await wayOf(caller)).slice(-3)).toEqual(['main_menu', 'pessoa/hours', 'pessoa/calling']);
  });

  test('three silences lead to a person, and none is longer than the wait for a key', async () => {
    const caller = await Caller.dial(system);
    await caller.press('52998224725#');
    const asked = await caller.hears('not_found_menu');
    await caller.hears('no_input');
    await caller.hears('not_found_menu');
    await caller.hears('no_input');
    await caller.hears('not_found_menu');
    const person = await caller.hears('to_person');
    // 5 s for the first key, the silence at the end of a recording, and what two busy cores take.
    expect(longestSilence(caller, asked.fromMs, person.fromMs)).toBeLessThan(6_500);
    expect((await wayOf(caller)).slice(-3)).toEqual(['not_found_menu', 'pessoa/hours', 'pessoa/calling']);
  });

  test('two wrong documents and a silence lead to a person too', async () => {
    const caller = await Caller.dial(system);
    await caller.press('1234#');
    await caller.answers('document_invalid', '5678#');
    await caller.hears('ask_document');
    await caller.hears('to_person', 40_000);
    expect(await wayOf(caller)).toEqual([...way.toDocument, 'letters', 'pessoa/hours', 'pessoa/calling']);
  });
});

describe.concurrent('hanging up', () => {
  test.each([
    ['during the greeting', 'greeting', '', ['greeting']],
    ['with a document half keyed', 'ask_document', '12345', [...way.toDocument]],
  ])('%s ends the log with its last step closed', async (_, prompt, keys, path) => {
    const caller = await Caller.dial(system);
    await caller.hears(prompt);
    await caller.press(keys);
    expect(await wayOf(caller)).toEqual(path);
    expect((await caller.record()).hangUpCause).toBe(16);
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
