import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type SpendingLimit, type SpendingSubject, spendingMost, spendingSubject } from '../exchange/schemas.ts';
import type { SpendingLimits } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run spending` was asked to do. */
export type SpendingCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'set'; readonly limit: SpendingLimit }
  | { readonly act: 'clear' | 'reset'; readonly which: SpendingSubject }
);

const usage = `Use: npm run spending -- list
     npm run spending -- set extension 1001 --calls 20 --minutes 60     (an hour; a day; "none": as much as one likes)
     npm run spending -- set tenant --calls 500 --minutes none
     npm run spending -- set class international --calls 5 --minutes 30
     npm run spending -- set prefix +44 --calls 2 --minutes 10          ("*": each extension, each country)
     npm run spending -- clear SCOPE SUBJECT                            (the product's own limit again)
     npm run spending -- reset SCOPE SUBJECT                            (lets pass again what was stopped)
     and with each, where there are several providers: --tenant NUMBER`;

const most = z.union([z.literal('none').transform(() => null), z.coerce.number()], 'must be a number, or none');

/** @throws AppError `bad_request` with the way it is used */
export function readSpendingCommand(args: readonly string[]): SpendingCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { calls: { type: 'string' }, minutes: { type: 'string' }, tenant: { type: 'string' } },
    });
    const [act, scope, subject = scope === 'tenant' ? '*' : undefined, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    if (act === 'list' && scope === undefined) return { act, tenant };
    if (rest.length > 0 || (act !== 'set' && act !== 'clear' && act !== 'reset')) {
      throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
    }
    const which = spendingSubject.parse({ scope, subject });
    if (act !== 'set') return { act, tenant, which };
    const { calls, minutes } = z.object({ calls: most, minutes: most }).parse(values);
    return { act, tenant, limit: { ...which, ...spendingMost.parse({ callsPerHour: calls, minutesPerDay: minutes }) } };
  } catch (error) {
    throw usageError(error, usage);
  }
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
  const minute = (instant: string): string => instant.slice(0, 16).replace('T', ' ');
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
