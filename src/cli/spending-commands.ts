import { z } from 'zod';
import { type SpendingLimit, type SpendingSubject, spendingMost, spendingSubject } from '../exchange/schemas.ts';
import type { SpendingLimits } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { type OfTenant, readCommandLine } from './command-line.ts';

/** What `npm run spending` was asked to do. */
export type SpendingCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'set'; readonly limit: SpendingLimit }
    | { readonly act: 'clear' | 'reset'; readonly which: SpendingSubject }
  );

const most = z.union([z.literal('none').transform(() => null), z.coerce.number()], 'must be a number, or none');

/** @throws AppError `bad_request` with the way it is used */
export function readSpendingCommand(args: readonly string[]): SpendingCommand {
  return readCommandLine(args, {
    name: 'spending',
    uses: [
      'list',
      'set extension 1001 --calls 20 --minutes 60     (an hour; a day; "none": as much as one likes)',
      'set tenant --calls 500 --minutes none',
      'set class international --calls 5 --minutes 30',
      'set prefix +44 --calls 2 --minutes 10          ("*": each extension, each country)',
      "clear SCOPE SUBJECT                            (the product's own limit again)",
      'reset SCOPE SUBJECT                            (lets pass again what was stopped)',
    ],
    words: 3,
    settings: { calls: most, minutes: most },
    read([act, scope, subject = scope === 'tenant' ? '*' : undefined], settings) {
      if (act === 'list' && scope === undefined) return { act };
      if (act !== 'set' && act !== 'clear' && act !== 'reset') return undefined;
      const which = spendingSubject.parse({ scope, subject });
      if (act !== 'set') return { act, which };
      const { calls, minutes } = settings;
      if (calls === undefined || minutes === undefined)
        throw new Error('Say --calls and --minutes: a number, or none.');
      return { act, limit: { ...which, ...spendingMost.parse({ callsPerHour: calls, minutesPerDay: minutes }) } };
    },
  });
}

/** Does it, and says it, in lines for the terminal. @throws AppError `not_found` */
export async function runSpendingCommand(
  limits: SpendingLimits,
  tenantId: number,
  command: SpendingCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await limits.look(tenantId));
  if (command.act === 'set') {
    await limits.set(tenantId, command.limit);
    return [`The limit is set, and in effect where Uirapuru runs.`];
  }
  await limits[command.act](tenantId, command.which);
  return command.act === 'clear'
    ? ["The product's own limit, or that of each, counts again."]
    : ['Calls pass again. What was called before counts no more.'];
}

function listLines({ limits, tripped }: Awaited<ReturnType<SpendingLimits['look']>>): string[] {
  const count = (value: number | null): string => (value === null ? 'no limit' : String(value));
  return [
    ...alignedRows([
      ['of', 'which', 'calls an hour', 'minutes a day'],
      ...limits.map((one) => [one.scope, one.subject, count(one.callsPerHour), count(one.minutesPerDay)]),
    ]),
    '',
    ...(tripped.length === 0
      ? ['No limit is reached now.']
      : alignedRows([
          ['reached', 'which', 'by its', 'since (UTC)', 'stopped until (UTC)'],
          ...tripped.map((one) => [one.scope, one.subject, one.measure, minute(one.trippedAt), minute(one.until)]),
        ])),
  ];
}
