import { addDays } from '../../../kernel/clock.ts';

/** The fields of a window of days, `YYYY-MM-DD`. */
export interface DaysAsked {
  readonly data_inicio?: string | undefined;
  readonly data_fim?: string | undefined;
}

/**
 * The days that a window means: its end is today, or its beginning when that is later; its beginning `daysBack` before its
 * end.
 * @param today the provider's day
 */
export function daysFrom(
  asked: DaysAsked,
  daysBack: number,
  today: string,
): { readonly from: string; readonly to: string } {
  const from = asked.data_inicio ?? addDays(asked.data_fim ?? today, -daysBack);
  return { from, to: asked.data_fim ?? (from > today ? from : today) };
}
