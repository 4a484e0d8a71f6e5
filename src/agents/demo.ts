import { randomInt } from 'node:crypto';
import { hashPassword } from '../access/service.ts';
import type { Database } from '../storage/database.ts';

/** An agent of the demo, as `demo.json` shows it. */
export interface DemoAgent {
  readonly code: string;
  readonly pin: string;
  /** The phone that is the agent's own; nobody is logged in there yet. */
  readonly extension: string;
  readonly queue: string;
}

const agents = [
  { code: '101', name: 'Atendente 1', extension: '1001' },
  { code: '102', name: 'Atendente 2', extension: '1002' },
  { code: '103', name: 'Atendente web', extension: '1003' },
];

/** The demo's agents, who serve one queue. */
export async function loadDemoAgents(db: Database, tenantId: number, queue: string): Promise<DemoAgent[]> {
  return Promise.all(
    agents.map(async ({ code, name, extension }, position) => {
      const pin = String(randomInt(100_000, 1_000_000));
      const { id } = await db
        .insertInto('agent')
        .values({ tenant_id: tenantId, code, name, pin_hash: await hashPassword(pin), demo: true })
        .returning('id')
        .executeTakeFirstOrThrow();
      await db.insertInto('queue_member').values({ tenant_id: tenantId, queue, agent_id: id, position }).execute();
      return { code, pin, extension, queue };
    }),
  );
}
