import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { callAs, documentsInLogs, toMainMenu, way, wayOf } from './menu-ways.ts';
import { longestSilence, release } from './timing.ts';

/** What a person in a menu takes for "at once", with an ERP that answers in milliseconds. */
const atOnceMs = 1_000;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

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
      'suporte/can_reset',
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

test('nobody’s document stands in any log', async () => {
  expect(await documentsInLogs(system)).toEqual([]);
});
