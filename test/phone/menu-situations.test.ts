import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller, pathOf } from './caller.ts';
import { inARow } from './ear.ts';
import { amountHeard, callAs, documentsInLogs, toMainMenu, toSuspended, way, wayOf } from './menu-ways.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

/** How often the ERP was asked something. */
async function asked(operation: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${system.httpPort}/metrics`)).text();
  const lines = metrics.split('\n').filter((line) => line.includes(`operation="${operation}"`));
  const counts = lines.filter((line) => line.includes('_count{'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('three documents with wrong check digits: the ERP is never asked, and a person is called', async () => {
  const before = await asked('findByDocument');
  const caller = await Caller.dial(system);
  await caller.press('52998224724#');
  await caller.answers('document_invalid', '52998224724#');
  await caller.answers('document_invalid', '11111111111#');
  await caller.hears('document_letters');
  await caller.hears('to_person');
  expect(await asked('findByDocument')).toBe(before);
  expect(before + (await asked('providerAlerts'))).toBeGreaterThan(0);
  expect(await wayOf(caller)).toEqual([...way.toDocument, 'letters', 'pessoa/hours', 'pessoa/calling']);
});

describe.concurrent('who calls hears first what matters to them', () => {
  test.each(['active', 'company', 'offline', 'no-email', 'no-phone'])(
    '%s: the main menu, and nothing before it',
    async (situation) => {
      const caller = await callAs(system, situation);
      await caller.hears('main_menu');
      const call = await wayOf(caller);
      expect(call).toEqual(toMainMenu);
      expect(caller.said.filter((name) => name !== 'greeting')).toEqual(['main_menu']);
      expect(await caller.record()).toMatchObject({ contractId: String(system.subscriber(situation).contracts[0]) });
    },
  );

  test('suspended: the amount owed, to the cent, and the offer to unlock', async () => {
    const [contractId] = system.subscriber('suspended').contracts;
    const { db } = await system.database();
    const invoices = await db
      .selectFrom('invoice')
      .select('amount_cents')
      .where('contract_id', '=', contractId ?? 0)
      .where('status', '=', 'open')
      .where('due_on', '<', new Date().toISOString().slice(0, 10))
      .execute();
    const caller = await callAs(system, 'suspended');
    await caller.hears('offer_unlock');
    const owed = amountHeard(invoices.reduce((sum, invoice) => sum + invoice.amount_cents, 0));
    const recordings = ['situation_suspended-1', 'situation_suspended-2', ...owed];
    expect(inARow(caller.sounds, recordings)).toEqual(recordings);
    expect(await wayOf(caller)).toEqual(toSuspended);
  });

  test('suspended, unlock used this month: it is not offered, and refused to who asks all the same', async () => {
    const subscriber = system.subscriber('suspended-unlock-used');
    const caller = await callAs(system, 'suspended-unlock-used');
    await caller.answers('offer_bill', '2');
    await caller.answers('main_menu', '13');
    await caller.hears('unlock_already_used');
    await caller.hears('anything_else');
    expect(caller.didHear('offer_unlock')).toBe(false);
    expect(caller.didHear('unlock_done')).toBe(false);
    expect(await wayOf(caller)).toEqual([
      ...toSuspended.slice(0, -1),
      'suspended_used',
      'main_menu',
      'financeiro/menu',
      'liberacao/working',
      'liberacao/unlock',
      'liberacao/already_used',
      'anything_else',
    ]);
    const { db } = await system.database();
    const contract = await db
      .selectFrom('contract')
      .select('state')
      .where('id', '=', subscriber.contracts[0] ?? 0)
      .executeTakeFirstOrThrow();
    expect(contract.state).toBe('suspended_debt');
  });

  test.each([
    ['1', 0, 'main_menu'],
    ['2', 1, 'situation_suspended'],
  ])('two contracts: chosen by their street, key %s', async (key, index, then) => {
    const caller = await callAs(system, 'two-contracts', index);
    await caller.hears('contracts_count');
    await caller.hears('choose_contract');
    await caller.press(key);
    await caller.hears(then);
    await caller.hangUp();
    const call = await caller.record();
    expect(call.contractId).toBe(String(system.subscriber('two-contracts', index).contracts[index]));
    expect(call.steps.find((step) => step.node === 'contract')).toMatchObject({ exit: 'chosen', digits: key });
  });

  test('two contracts: each street is spoken with its key', async () => {
    const caller = await callAs(system, 'two-contracts');
    await caller.hears('choose_contract');
    await caller.hears('no_input', 30_000);
    const options = caller.sounds.filter((sound) => sound.names.size === 0);
    expect(caller.said.slice(-options.length - 2)).toEqual([
      'choose_contract',
      ...options.map(() => '(voice)'),
      'no_input',
    ]);
    // "Para Rua das Acácias, tecle 1." takes two seconds or more.
    expect(options.reduce((sum, voice) => sum + voice.untilMs - voice.fromMs, 0)).toBeGreaterThan(3_000);
    await caller.hangUp();
  });

  test('maintenance: what it is and when it ends, before the menu', async () => {
    const caller = await callAs(system, 'maintenance');
    await caller.hears('access_maintenance_forecast-2');
    await caller.hears('main_menu');
    expect(caller.said.indexOf('main_menu')).toBe(caller.said.length - 1);
    expect(await wayOf(caller)).toEqual([...toMainMenu.slice(0, -3), 'say_outage', 'alerts', 'debt', 'main_menu']);
  });

  test('provider-alert: what the ERP holds for them, in the live voice', async () => {
    const caller = await callAs(system, 'provider-alert');
    await caller.hears('subscriber_alert');
    await caller.hears('main_menu');
    expect(caller.said.slice(-3)).toEqual([expect.stringMatching(/_alert-1$/), '(voice)', 'main_menu']);
    expect(await wayOf(caller)).toEqual([...toMainMenu.slice(0, -2), 'say_alerts', 'debt', 'main_menu']);
  });

  test('installing: that it is under way, and the menu', async () => {
    const caller = await callAs(system, 'installing');
    await caller.hears('installing_contract');
    await caller.hears('main_menu');
    expect(await wayOf(caller)).toEqual([...way.toDocument, ...way.toStatus, 'installing', 'main_menu']);
  });

  test('cancelled: that it is, and a person', async () => {
    const caller = await callAs(system, 'cancelled');
    await caller.hears('cancelled_contract');
    await caller.hears('to_person');
    const call = await wayOf(caller);
    expect(call.slice(0, 9)).toEqual([...way.toDocument, ...way.toStatus, 'cancelled', 'pessoa/hours']);
  });

  test('company-alphanumeric: a CNPJ with letters leads to a person by 0', async () => {
    const caller = await Caller.dial(system);
    await caller.hears('document_letters_hint');
    await caller.press('0');
    await caller.hears('to_person');
    expect((await wayOf(caller)).slice(0, 6)).toEqual([...way.toDocument, 'pessoa/hours']);
  });
});

describe.concurrent('a document', () => {
  test('that nobody has is said not to be found, and may be tried again', async () => {
    const caller = await Caller.dial(system);
    await caller.press('52998224725#');
    await caller.hears('document_not_found');
    await caller.answers('not_found_menu', '1');
    await caller.answers('ask_document', `${system.subscriber('active').document}#`);
    await caller.hears('main_menu');
    expect(await wayOf(caller)).toEqual([...way.toDocument, 'not_found', 'not_found_menu', ...toMainMenu.slice(4)]);
  });

  test('is complete at its eleventh digit after a pause, without #, and a late # disturbs nothing', async () => {
    const caller = await Caller.dial(system);
    await caller.press(system.subscriber('active', 1).document);
    const keyed = performance.now();
    const heard = await caller.hears('main_menu');
    // 1.5 s is the pause; whoever waits twice as long believes that nothing happens.
    expect(heard.fromMs - keyed).toBeGreaterThan(1_200);
    expect(heard.fromMs - keyed).toBeLessThan(3_000);
    await caller.press('#2');
    await caller.hears('support_checking');
    expect(caller.didHear('invalid_option')).toBe(false);
    await caller.hangUp();
    const call = await caller.record();
    expect(call.steps.find((step) => step.node === 'main_menu')).toMatchObject({ exit: 'support', digits: '2' });
  });
});

describe.concurrent('a known number', () => {
  const national = (phone: string | null) => phone?.replace('+55', '') ?? '';

  test('is asked for by name, and the last three digits prove who it is', async () => {
    const subscriber = system.subscriber('suspended', 1);
    const caller = await Caller.dial(system, national(subscriber.phone));
    await caller.hears('confirm_name-2');
    expect(caller.said.at(-2)).toBe('(voice)');
    await caller.press('1');
    await caller.answers('confirm_last_digits', `${subscriber.document.slice(-3)}#`);
    await caller.hears('situation_suspended');
    await caller.hangUp();
    const call = await caller.record();
    expect(pathOf(call)).toEqual([
      ...way.toDocument.slice(0, -1),
      'confirm_name',
      ...way.toStatus,
      ...way.toDebt,
      'is_proven',
      'prove',
      'unlock_left',
      'suspended',
    ]);
    expect(call.steps.find((step) => step.node === 'prove')).toMatchObject({ exit: 'confirmed', digits: '****' });
  });

  test('with wrong last digits hears nothing of the debt, but a person', async () => {
    const subscriber = system.subscriber('suspended', 2);
    const wrong = subscriber.document.endsWith('111') ? '222' : '111';
    const caller = await Caller.dial(system, national(subscriber.phone));
    await caller.answers('confirm_name-2', '1');
    await caller.answers('confirm_last_digits', `${wrong}#`);
    await caller.answers('last_digits_wrong', `${wrong}#`);
    await caller.answers('last_digits_wrong', `${wrong}#`);
    await caller.hears('to_person');
    expect(caller.didHear('situation_suspended')).toBe(false);
    expect(await wayOf(caller)).toContain('pessoa/calling');
  });

  test('of somebody else is asked for the document', async () => {
    const caller = await Caller.dial(system, national(system.subscriber('active', 2).phone));
    await caller.answers('confirm_name-2', '2');
    await caller.hears('ask_document');
    expect(await wayOf(caller)).toEqual([...way.toDocument.slice(0, -1), 'confirm_name', 'document']);
  });

  test('of a company whose CNPJ has letters needs no letters', async () => {
    const subscriber = system.subscriber('company-alphanumeric');
    const caller = await Caller.dial(system, national(subscriber.phone));
    await caller.answers('confirm_name-2', '1');
    await caller.answers('main_menu', '14');
    await caller.answers('last_digits_company', `${subscriber.document.slice(-3)}#`);
    await caller.hears('invoices_count');
    expect((await wayOf(caller)).slice(-5)).toEqual([
      'financeiro/menu',
      'financeiro/invoices',
      'financeiro/prove',
      'financeiro/invoices',
      'financeiro/read',
    ]);
  });
});

test('nobody’s document stands in any log', async () => {
  expect(await documentsInLogs(system)).toEqual([]);
});
