import { addDays } from '../../kernel/clock.ts';
import type { ProviderTransaction } from '../provider.ts';

export interface DebtRules {
  /** An invoice open this many days after its due day suspends the contract. */
  readonly suspendAfterDays: number;
  /** The most days a trust unlock lasts, and how many it does when none are asked for. */
  readonly unlockDays: number;
}

export const defaultDebtRules: DebtRules = { suspendAfterDays: 15, unlockDays: 3 };

/** The latest due day whose open invoices suspend their contracts today. */
export function suspendingDueDay(today: string, rules: DebtRules): string {
  return addDays(today, -rules.suspendAfterDays);
}

/** The tenant's rules, or the defaults. */
export async function debtRules({ db, tenantId }: ProviderTransaction): Promise<DebtRules> {
  const row = await db
    .selectFrom('debt_rules')
    .select(['suspend_after_days', 'unlock_days'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
  if (row === undefined) return defaultDebtRules;
  return { suspendAfterDays: row.suspend_after_days, unlockDays: row.unlock_days };
}
