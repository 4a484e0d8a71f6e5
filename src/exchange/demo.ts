import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { peopleGroup } from './service.ts';

/** An extension of the demo, as `demo.json` shows it. */
export interface DemoExtension {
  readonly number: string;
  readonly password: string;
  readonly web: boolean;
}

const agents = [
  { number: '1001', callerName: 'Atendente 1', internalId: 'atendente.1', web: false },
  { number: '1002', callerName: 'Atendente 2', internalId: 'atendente.2', web: false },
  { number: '1003', callerName: 'Atendente web', internalId: 'atendente.3', web: true },
];
const phones = [{ number: '2001', callerName: 'Telefone de teste', internalId: null, web: false }];

/** The demo's phones: agents 1001–1003 in the group that the menu rings, and one to call with. */
export async function loadDemoExchange(db: Database, tenantId: number, ids: IdSource): Promise<DemoExtension[]> {
  const extensions = [...phones, ...agents].map((phone) => ({ ...phone, password: ids.secret(12) }));
  await db
    .insertInto('extension')
    .values(
      extensions.map(({ number, callerName, internalId, web, password }) => ({
        tenant_id: tenantId,
        number,
        password,
        caller_name: callerName,
        internal_id: internalId,
        kind: web ? 'web' : 'sip',
        fallback: agents.some((agent) => agent.number === number),
        demo: true,
      })),
    )
    .execute();
  await db
    .insertInto('ring_group_member')
    .values(agents.map(({ number }) => ({ tenant_id: tenantId, group_number: peopleGroup, extension_number: number })))
    .execute();
  return extensions.map(({ number, password, web }) => ({ number, password, web }));
}
