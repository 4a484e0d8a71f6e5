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

/** How a trunk and a number of its own look. Switched off, and of a name that leads nowhere: nobody is called or registered at. */
const shownTrunk = {
  name: 'Operadora de exemplo',
  enabled: false,
  host: 'sip.operadora.example',
  registers: true,
  username: '3432221000',
  own_numbers: ['+553432221000'],
};

/** The demo's phones: agents 1001–1003 in the group that the menu rings, one to call with, and a trunk to be looked at. */
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
  await db
    .insertInto('trunk')
    .values({ ...shownTrunk, tenant_id: tenantId, password: ids.secret(12) })
    .execute();
  await db
    .insertInto('inbound_number')
    .values({ tenant_id: tenantId, number: '+553432221000', flow: 'atendimento' })
    .execute();
  return extensions.map(({ number, password, web }) => ({ number, password, web }));
}
