import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { type AgentWords, agentWords, type Disposition } from './schemas.ts';

/** Why agents pause at a phone, by the digit after `*57`, where the tenant has said nothing; the first without a digit. */
const usualPauses = ['Pausa', 'Almoço', 'Café', 'Banheiro', 'Reunião', 'Treinamento'];

/** The words that a tenant's agents choose among. */
export async function readAgentWords(db: Database, tenantId: number): Promise<AgentWords> {
  const row = await db.selectFrom('agent_words').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst();
  return row === undefined ? { pauses: [], dispositions: [] } : agentWords.parse(row);
}

export async function writeAgentWords(db: Database, tenantId: number, words: AgentWords): Promise<void> {
  const columns = { pauses: JSON.stringify(words.pauses), dispositions: JSON.stringify(words.dispositions) };
  await db
    .insertInto('agent_words')
    .values({ tenant_id: tenantId, ...columns })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(columns))
    .execute();
}

/** What a digit after `*57` stands for, or none. @throws AppError `bad_request` where it stands for nothing */
export function pauseOf({ pauses }: AgentWords, digit: string): string {
  const reason = pauses.length === 0 ? usualPauses[Number(digit)] : pauses[Number(digit) - 1];
  if (reason === undefined) throw new AppError('bad_request', `*57${digit} is no pause of this house.`, { pauses });
  return reason;
}

/** @throws AppError `bad_request` for a reason that is not the tenant's */
export function assertPause({ pauses }: AgentWords, reason: string): void {
  if (pauses.length === 0 || pauses.includes(reason)) return;
  throw new AppError('bad_request', `"${reason}" is no reason to pause here. Choose one of: ${pauses.join(', ')}.`, {
    pauses,
  });
}

/** @throws AppError `bad_request` for what is none of the tenant's dispositions */
export function assertDisposition({ dispositions }: AgentWords, tabs: Disposition): void {
  const isIt = (one: Disposition) => one.tab1 === tabs.tab1 && one.tab2 === tabs.tab2 && one.tab3 === tabs.tab3;
  if (dispositions.length === 0 || dispositions.some(isIt)) return;
  const said = [tabs.tab1, tabs.tab2, tabs.tab3].filter((tab) => tab !== null).join(' / ');
  throw new AppError('bad_request', `"${said}" is no disposition here. GET /api/agent-words tells which there are.`);
}
