import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { spokenAmount } from '../../src/ivr/speech/amounts.ts';
import { spokenProtocol } from '../../src/ivr/speech/digits.ts';
import { digitRecordings, fragmentRecordings } from '../../src/ivr/speech/fragments.ts';
import type { Database } from '../../src/storage/database.ts';
import type { TestSystem } from '../helpers/system.ts';
import { Caller, pathOf } from './caller.ts';
import { inARow } from './ear.ts';

/** The ways through the default menu that many calls share. */
export const way = {
  toDocument: ['greeting', 'provider_alerts', 'person_hint', 'caller_number', 'document'],
  toStatus: ['contract', 'contract_status'],
  toDebt: ['outage', 'alerts', 'debt'],
  toNobody: ['pessoa/hours', 'pessoa/calling', 'pessoa/ring', 'pessoa/nobody', 'pessoa/offer'],
} as const;

const identified = [...way.toDocument, ...way.toStatus, ...way.toDebt];

/** From a document that was keyed to the main menu, or to the offer of an unlock. */
export const toMainMenu = [...identified, 'main_menu'];
export const toSuspended = [...identified, 'is_proven', 'unlock_left', 'suspended'];

/** The recordings of an amount at the end of a sentence, in the order heard. */
export function amountHeard(cents: number): string[] {
  return fragmentRecordings(spokenAmount(cents), true).map((recording) => recording.name);
}

/** The recordings of a protocol number, in the order heard. */
export function protocolHeard(protocol: string): string[] {
  return spokenProtocol(protocol)
    .flatMap(digitRecordings)
    .map((recording) => recording.name);
}

/** Documents of demo subscribers that stand in clear anywhere in the logs, or in what is stored of calls. */
export async function documentsInLogs(system: TestSystem): Promise<string[]> {
  const { db } = await system.database();
  const [calls, steps] = await Promise.all([
    db.selectFrom('call').selectAll().execute(),
    db.selectFrom('call_step').selectAll().execute(),
  ]);
  const folder = join(system.home, 'logs');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const written = files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
  const text = [JSON.stringify(calls), JSON.stringify(steps), system.output, ...written].join('\n');
  return system.demo.subscribers.map((subscriber) => subscriber.document).filter((document) => text.includes(document));
}

/** Calls, and keys the document of a subscriber in this situation at once, and then `keys`. */
export async function callAs(system: TestSystem, situation: string, index = 0, keys = ''): Promise<Caller> {
  const caller = await Caller.dial(system);
  await caller.press(`${system.subscriber(situation, index).document}#${keys}`);
  return caller;
}

/** Hangs up, unless that happened already; gives the way the call took, each step of it left by an exit. */
export async function wayOf(caller: Caller, endReason = 'caller_hung_up'): Promise<string[]> {
  if (endReason === 'caller_hung_up') await caller.hangUp();
  const call = await caller.record();
  expect(call.endReason).toBe(endReason);
  expect(call.steps.filter((step) => step.leftAt === null || step.exit === null)).toEqual([]);
  return pathOf(call);
}

/** The one protocol of a call, which the caller heard digit by digit, twice. */
export async function protocolOf(caller: Caller): Promise<string> {
  const [protocol, ...others] = (await caller.record()).protocols;
  expect(others).toEqual([]);
  for (const prompt of ['protocol-1', 'protocol_repeat-1']) {
    const recordings = [prompt, ...protocolHeard(protocol ?? '')];
    expect(inARow(caller.sounds, recordings)).toEqual(recordings);
  }
  return protocol ?? '';
}

/** A subscriber of the nameless crowd with a contract in this state, and no open invoice. */
export async function documentOf(db: Database, state: string): Promise<string> {
  const row = await db
    .selectFrom('subscriber as s')
    .innerJoin('contract as c', 'c.subscriber_id', 's.id')
    .select('s.document')
    .where('c.state', '=', state)
    .leftJoin('invoice as i', (join) => join.onRef('i.contract_id', '=', 'c.id').on('i.status', '=', 'open'))
    .where('i.id', 'is', null)
    .where('s.kind', '=', 'person')
    .orderBy('s.id', 'desc')
    .executeTakeFirstOrThrow();
  return row.document;
}

/** The state of a contract in a provider's database. */
export async function stateIn(db: Database, contractId: number): Promise<string> {
  const row = await db.selectFrom('contract').select('state').where('id', '=', contractId).executeTakeFirstOrThrow();
  return row.state;
}
