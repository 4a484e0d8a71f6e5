import type { Database } from '../storage/database.ts';
import { extensionsWithVoicemail } from '../voicemail/service.ts';
import { extensionColumns } from './extension-store.ts';
import type { InboundEntry, InboundPlace, NumberPlan } from './number-plan.ts';
import { readOpeningHours } from './opening-hours.ts';
import { readInboundNumbers, readRules } from './route-store.ts';
import type { Extension, InboundNumber } from './schemas.ts';
import { readTrunks } from './trunk-store.ts';

/**
 * Reads all numbers of a tenant, without extensions that are switched off.
 * @param withDemo whether extensions made with the demo data count; false on an address that others can reach
 */
export async function readNumberPlan(db: Database, tenantId: number, withDemo: boolean): Promise<NumberPlan> {
  const extensions = await db
    .selectFrom('extension')
    .select([...extensionColumns, 'password'])
    .where('tenant_id', '=', tenantId)
    .where('enabled', '=', true)
    .$if(!withDemo, (query) => query.where('demo', '=', false))
    .orderBy('number')
    .execute();
  const numbers = new Set(extensions.map((extension) => extension.number));
  const groups = await db
    .selectFrom('ring_group')
    .select(['number', 'fallback'])
    .where('tenant_id', '=', tenantId)
    .execute();
  const queues = await db.selectFrom('queue').select('number').where('tenant_id', '=', tenantId).execute();
  const members = await db
    .selectFrom('ring_group_member')
    .select(['group_number', 'extension_number'])
    .where('tenant_id', '=', tenantId)
    .orderBy('extension_number')
    .execute();
  const hours = await readOpeningHours(db, tenantId);
  const inbound = await readInboundNumbers(db, tenantId);
  const trunks = (await readTrunks(db, tenantId)).filter((trunk) => trunk.enabled);
  const rules = await readRules(db, tenantId);
  const voicemail = await extensionsWithVoicemail(db, tenantId);
  return {
    voicemail,
    extensions: new Map((extensions as Extension[]).map((extension) => [extension.number, extension])),
    queues: new Set(queues.map(({ number }) => number)),
    groups: new Map(
      groups.map((group) => {
        const own = members.filter((m) => m.group_number === group.number).map((m) => m.extension_number);
        return [group.number, { ...group, extensions: own.filter((extension) => numbers.has(extension)) }];
      }),
    ),
    hours,
    inbound: new Map(inbound.map((number) => [number.number, inboundEntry(number)])),
    trunks,
    rules,
  };
}

function inboundEntry({ flow, target, hours, closedFlow, closedTarget }: InboundNumber): InboundEntry {
  const open = inboundPlace(flow, target);
  return hours === null ? { open } : { open, closed: { hours, place: inboundPlace(closedFlow, closedTarget) } };
}

function inboundPlace(flow: string | null, target: string | null): InboundPlace {
  return flow === null ? { target: target ?? '' } : { flow };
}
