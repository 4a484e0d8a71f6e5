import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boletoLine, formatBoletoLine } from '../../src/isp/billing/boleto.ts';
import { formatReais } from '../../src/kernel/money.ts';
import type { Database } from '../../src/storage/database.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { inARow } from './ear.ts';
import {
  amountHeard,
  callAs,
  documentOf,
  documentsInLogs,
  protocolOf,
  stateIn,
  toMainMenu,
  toSuspended,
  way,
  wayOf,
} from './menu-ways.ts';
import { messageWith } from './outbox.ts';

let system: TestSystem;
let db: Database;
beforeAll(async () => {
  system = await TestSystem.start();
  ({ db } = await system.database());
});
afterAll(() => system.stop());

const contractOf = (situation: string, index = 0) => system.subscriber(situation, index).contracts[0] ?? 0;

function openInvoices(contractId: number) {
  return db
    .selectFrom('invoice')
    .select(['amount_cents', 'barcode', 'pix_code'])
    .where('contract_id', '=', contractId)
    .where('status', '=', 'open')
    .orderBy('due_on')
    .execute();
}

function ticketsOf(contractId: number) {
  return db.selectFrom('ticket').select(['id', 'protocol']).where('contract_id', '=', contractId).execute();
}

describe.concurrent('the trust unlock', () => {
  const unlocked = ['liberacao/working', 'liberacao/unlock', 'liberacao/unlocked'];

  test('is had by one who types the whole call ahead; who calls again hears the same protocol, and nothing is done twice', async () => {
    const contractId = contractOf('suspended');
    const caller = await callAs(system, 'suspended', 0, '1');
    await caller.hears('unlock_done-2');
    await caller.hears('anything_else', 60_000);
    expect(await wayOf(caller)).toEqual([...toSuspended, ...unlocked, 'anything_else']);
    const protocol = await protocolOf(caller);
    expect(caller.didHear('offer_unlock')).toBe(false);
    expect(await stateIn(db, contractId)).toBe('active');
    expect((await ticketsOf(contractId)).map((ticket) => ticket.protocol)).toEqual([protocol]);

    const again = await callAs(system, 'suspended', 0, '13');
    await again.hears('protocol');
    await again.hangUp();
    expect((await again.record()).protocols).toEqual([protocol]);
    const promises = await db.selectFrom('promise').select('days').where('contract_id', '=', contractId).execute();
    expect(promises).toEqual([{ days: 3 }]);
  });

  test('of a contract that is not suspended: there is nothing to do', async () => {
    const caller = await callAs(system, 'active', 2, '13');
    await caller.hears('unlock_nothing_to_do');
    expect((await wayOf(caller)).slice(-3)).toEqual([
      'liberacao/working',
      'liberacao/unlock',
      'liberacao/nothing_to_do',
    ]);
    expect((await caller.record()).protocols).toEqual([]);
  });

  test('is not done to one who wants something else, and can be had from the financial menu', async () => {
    const contractId = contractOf('suspended', 1);
    const caller = await callAs(system, 'suspended', 1);
    await caller.answers('offer_unlock', '2');
    await caller.hears('main_menu');
    expect(await stateIn(db, contractId)).toBe('suspended_debt');
    await caller.press('1');
    await caller.answers('financial_menu', '3');
    await caller.hears('unlock_done-2');
    expect(await stateIn(db, contractId)).toBe('active');
    expect(await wayOf(caller)).toEqual([...toSuspended, 'main_menu', 'financeiro/menu', ...unlocked]);
  });

  test('is done even when the caller hangs up while it is asked for', async () => {
    const contractId = contractOf('suspended', 2);
    const caller = await callAs(system, 'suspended', 2, '1');
    await caller.hears('unlock_done-2');
    await caller.hangUp();
    expect(await stateIn(db, contractId)).toBe('active');
    expect((await caller.record()).protocols).toHaveLength(1);
  });
});

describe.concurrent('second copies', () => {
  test('by SMS: amount, Pix and boleto line go to the phone on file, and the caller hears where to', async () => {
    const [invoice] = await openInvoices(contractOf('active'));
    const caller = await callAs(system, 'active', 0, '11');
    await caller.hears('invoice_sent_sms-2');
    const text = await messageWith(system, '.sms.json', invoice?.pix_code ?? '');
    expect(text).toContain(boletoLine(invoice?.barcode ?? ''));
    expect(text).toContain(`${formatReais(invoice?.amount_cents ?? 0).replace('R$ ', '')} reais`);
    await caller.hears('anything_else', 60_000);
    expect((await wayOf(caller)).slice(-5)).toEqual([
      'financeiro/menu',
      'financeiro/by_sms',
      'financeiro/send_sms',
      'financeiro/sent',
      'anything_else',
    ]);
    await protocolOf(caller);
  });

  test('by e-mail', async () => {
    const [invoice] = await openInvoices(contractOf('company'));
    const caller = await callAs(system, 'company', 0, '12');
    await caller.hears('invoice_sent_email');
    const text = await messageWith(system, '.eml', invoice?.pix_code ?? '');
    expect(text).toContain(formatBoletoLine(boletoLine(invoice?.barcode ?? '')));
    expect(text).toContain(system.subscriber('company').email);
    expect((await wayOf(caller)).slice(-2)).toEqual(['financeiro/send_email', 'financeiro/sent']);
  });

  test.each([
    ['no-phone', '11', 'no_phone_on_file', 'financeiro/no_phone'],
    ['no-email', '12', 'no_email_on_file', 'financeiro/no_email'],
  ])('%s: nothing is said to be sent, and the menu offers the other way', async (situation, keys, prompt, node) => {
    const caller = await callAs(system, situation, 0, keys);
    await caller.hears(prompt);
    await caller.hears('financial_menu');
    expect(caller.said.join(' ')).not.toContain('invoice_sent');
    expect((await wayOf(caller)).slice(-2)).toEqual([node, 'financeiro/menu']);
    expect(await ticketsOf(contractOf(situation))).toEqual([]);
  });

  test('the open invoices are read with their amounts', async () => {
    const invoices = await openInvoices(contractOf('suspended', 3));
    const caller = await callAs(system, 'suspended', 3, '214');
    await caller.hears('invoices_end', 60_000);
    const amounts = invoices.map((invoice) => amountHeard(invoice.amount_cents).slice(0, -1));
    for (const amount of amounts) expect(inARow(caller.sounds, amount)).toEqual(amount);
    expect(caller.said.filter((name) => /^invoice_(overdue|due)-1$/.test(name))).toHaveLength(invoices.length);
    await caller.hears('financial_menu');
    expect((await wayOf(caller)).slice(-3)).toEqual(['financeiro/invoices', 'financeiro/read', 'financeiro/menu']);
  });

  test('one who owes nothing hears so, and that there is nothing to send', async () => {
    const caller = await Caller.dial(system);
    await caller.press(`${await documentOf(db, 'active')}#14`);
    await caller.hears('invoices_none');
    await caller.answers('main_menu', '11');
    await caller.hears('invoice_send_nothing');
    expect((await wayOf(caller)).slice(-1)).toEqual(['financeiro/nothing_to_send']);
  });
});

describe.concurrent('support', () => {
  const restarted = ['suporte/restart_modem', 'suporte/checking_again', 'suporte/check_again'];

  test('online: says so, says honestly that it cannot reset, checks again, and is glad', async () => {
    const caller = await callAs(system, 'active', 1, '2');
    await caller.hears('support_online');
    await caller.answers('support_offer_reset', '1');
    await caller.hears('support_reset_refused');
    await caller.answers('support_restart_modem', '1');
    await caller.answers('support_ask_solved', '1');
    await caller.hears('support_glad');
    expect(caller.didHear('support_reset_done')).toBe(false);
    expect((await wayOf(caller)).slice(toMainMenu.length)).toEqual([
      'suporte/status',
      'suporte/checking',
      'suporte/check',
      'suporte/can_reset',
      'suporte/online',
      'suporte/resetting',
      'suporte/reset_session',
      'suporte/reset_refused',
      ...restarted,
      'suporte/is_back',
      'suporte/ask_solved_now',
      'suporte/glad',
    ]);
  });

  test('online, and it does not help: a ticket, whose protocol is heard', async () => {
    const caller = await callAs(system, 'active', 2, '21');
    await caller.answers('support_restart_modem', '1');
    await caller.answers('support_ask_solved', '2');
    await caller.hears('support_ticket_opened');
    await caller.hears('anything_else', 60_000);
    expect((await wayOf(caller)).slice(-4)).toEqual([
      'suporte/open_ticket',
      'suporte/ticket',
      'suporte/opened',
      'anything_else',
    ]);
    const protocol = await protocolOf(caller);
    expect((await ticketsOf(contractOf('active', 2))).map((ticket) => ticket.protocol)).toEqual([protocol]);
  });

  test('offline: guides the restart, forgets the modem, and opens a ticket with a visit', async () => {
    const contractId = contractOf('offline');
    const caller = await callAs(system, 'offline', 0, '2');
    await caller.hears('support_offline');
    await caller.answers('support_restart_modem', '1');
    await caller.hears('support_checking_again');
    await caller.hears('support_modem_forgotten');
    await caller.answers('support_restart_modem', '1');
    await caller.hears('support_ticket_opened');
    expect((await wayOf(caller)).slice(toMainMenu.length)).toEqual([
      'suporte/status',
      'suporte/checking',
      'suporte/check',
      'suporte/say_connection',
      ...restarted,
      'suporte/can_forget',
      'suporte/forget_modem',
      'suporte/modem_forgotten',
      'suporte/wait_again',
      'suporte/last_check',
      'suporte/open_ticket',
      'suporte/ticket',
      'suporte/opened',
    ]);
    const [ticket] = await ticketsOf(contractId);
    expect((await caller.record()).protocols).toEqual([ticket?.protocol]);
    const visits = await db
      .selectFrom('service_order')
      .select('id')
      .where('ticket_id', '=', ticket?.id ?? 0)
      .execute();
    expect(visits).toHaveLength(1);
    const contract = await db.selectFrom('contract').select('mac').where('id', '=', contractId).executeTakeFirst();
    expect(contract?.mac).toBeNull();
  });

  test('offline, and back after the restart: no ticket', async () => {
    const contractId = contractOf('offline', 1);
    const caller = await callAs(system, 'offline', 1, '2');
    await caller.hears('support_restart_modem');
    const { radius_login: login } = await db
      .selectFrom('contract')
      .select('radius_login')
      .where('id', '=', contractId)
      .executeTakeFirstOrThrow();
    await db.updateTable('radacct').set({ acctstoptime: null }).where('username', '=', login).execute();
    await caller.press('1');
    await caller.hears('support_online');
    await caller.answers('support_ask_solved', '1');
    await caller.hears('support_glad');
    await caller.hears('main_menu');
    await caller.hangUp();
    expect(await ticketsOf(contractId)).toEqual([]);
  });

  test('maintenance: what it is and until when, and no ticket', async () => {
    const caller = await callAs(system, 'maintenance', 0, '2');
    await caller.hears('access_maintenance_forecast-2');
    await caller.hears('anything_else', 40_000);
    expect((await wayOf(caller)).slice(-3)).toEqual(['suporte/check', 'suporte/known_fault', 'anything_else']);
    expect(await ticketsOf(contractOf('maintenance'))).toEqual([]);
  });

  test('suspended: that is why, and how to pay', async () => {
    const caller = await callAs(system, 'suspended', 4, '22');
    await caller.hears('support_suspended');
    await caller.hears('financial_menu');
    expect((await wayOf(caller)).slice(-4)).toEqual([
      'main_menu',
      'suporte/status',
      'suporte/suspended',
      'financeiro/menu',
    ]);
  });

  test('installing: that it is under way, and a person', async () => {
    const caller = await callAs(system, 'installing', 0, '2');
    await caller.hears('installing_contract');
    await caller.hears('to_person');
    expect(await wayOf(caller)).toEqual(expect.arrayContaining(['suporte/installing', 'pessoa/calling']));
  });

  test('suspended on request: no unlock is offered that cannot be had', async () => {
    const caller = await Caller.dial(system);
    await caller.press(`${await documentOf(db, 'suspended_request')}#`);
    await caller.hears('suspended_otherwise');
    await caller.answers('main_menu', '2');
    await caller.hears('suspended_otherwise');
    await caller.hears('to_person');
    expect(caller.didHear('offer_unlock')).toBe(false);
    await caller.hangUp();
  });
});

describe.concurrent('complaints and cancellation', () => {
  test('a complaint before any document was given goes to a person', async () => {
    const caller = await Caller.dial(system);
    await caller.answers('ask_document', '4#');
    await caller.answers('complaint_menu', '1');
    await caller.hears('complaint_to_person');
    await caller.hears('to_person');
    expect((await wayOf(caller)).slice(0, -1)).toEqual([
      ...way.toDocument,
      'reclamacoes/menu',
      'reclamacoes/who',
      'reclamacoes/to_complaint',
      'pessoa/hours',
    ]);
  });

  test('a cancellation before any document was given goes to a person', async () => {
    const caller = await Caller.dial(system);
    await caller.press('4#2');
    await caller.hears('cancellation_to_person');
    await caller.hears('to_person');
    expect((await wayOf(caller)).slice(5, -2)).toEqual(['reclamacoes/menu', 'reclamacoes/to_cancellation']);
  });

  test('a complaint of one who is known is recorded with its protocol, and goes to a person', async () => {
    const caller = await callAs(system, 'company', 0, '41');
    await caller.hears('complaint_registered');
    await caller.hears('to_person', 60_000);
    expect((await wayOf(caller)).slice(toMainMenu.length, -2)).toEqual([
      'reclamacoes/menu',
      'reclamacoes/who',
      'reclamacoes/register',
      'reclamacoes/registered',
    ]);
    const protocol = await protocolOf(caller);
    expect((await ticketsOf(contractOf('company'))).map((ticket) => ticket.protocol)).toContain(protocol);
  });

  test('a cancellation from the main menu', async () => {
    const caller = await callAs(system, 'active', 0, '42');
    await caller.hears('cancellation_to_person');
    await caller.hears('to_person');
    expect(await wayOf(caller)).toEqual(expect.arrayContaining(['reclamacoes/to_cancellation', 'pessoa/calling']));
  });

  test('a person by 3', async () => {
    const caller = await callAs(system, 'active', 1, '3');
    await caller.hears('to_person');
    expect((await wayOf(caller)).slice(-3)).toEqual(['main_menu', 'pessoa/hours', 'pessoa/calling']);
  });
});

describe('when something is wrong for many', () => {
  const forecast = new Date(Date.now() + 26 * 3_600_000);

  test('a mass outage and its forecast are said before anything is asked', async () => {
    const { tenant_id } = await db.selectFrom('subscriber').select('tenant_id').limit(1).executeTakeFirstOrThrow();
    const alert = {
      tenant_id,
      kind: 'outage',
      text: 'Rompimento de fibra.',
      starts_at: new Date(),
      forecast_at: forecast,
    };
    await db.insertInto('alert').values(alert).execute();
    const caller = await Caller.dial(system);
    await caller.hears('mass_outage_forecast-2');
    await caller.hears('press_zero_anytime', 40_000);
    expect(caller.said.slice(0, 2)).toEqual(['greeting', expect.stringMatching(/^mass_outage/)]);
    expect((await wayOf(caller)).slice(0, 4)).toEqual([
      'greeting',
      'provider_alerts',
      'say_provider_alerts',
      'person_hint',
    ]);
    await db.deleteFrom('alert').where('text', '=', alert.text).execute();
  });

  test('a concentrator that is down is said with its forecast, before the menu and again by support', async () => {
    const contract = await db
      .selectFrom('contract as c')
      .innerJoin('network_interface as i', 'i.id', 'c.routing_interface_id')
      .select(['c.tenant_id', 'i.equipment_id'])
      .where('c.id', '=', contractOf('active'))
      .executeTakeFirstOrThrow();
    const work = { ...contract, description: 'Troca', starts_at: new Date(), expected_end_at: forecast };
    await db.insertInto('maintenance').values(work).execute();
    const caller = await callAs(system, 'active');
    await caller.hears('access_outage_forecast-2');
    await caller.press('2');
    await caller.hears('access_outage_forecast-2');
    expect((await wayOf(caller)).slice(-3)).toEqual(['suporte/checking', 'suporte/check', 'suporte/known_fault']);
    await db.deleteFrom('maintenance').where('description', '=', 'Troca').execute();
  });
});

test('nobody’s document stands in any log', async () => {
  expect(await documentsInLogs(system)).toEqual([]);
});
