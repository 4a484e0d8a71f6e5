import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type RecordingRule, recordingDays, recordingRuleKind } from '../calls/schemas.ts';
import type { RecordingRules } from '../calls/service.ts';
import { AppError } from '../kernel/errors.ts';
import { alignedRows } from './aligned-rows.ts';

/** What `npm run recordings` was asked to do. */
export type RecordingCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'record' | 'spare'; readonly rule: RecordingRule }
  | { readonly act: 'keep'; readonly days: number }
);

const usage = `Use: npm run recordings -- list
     npm run recordings -- record extension|trunk|queue NUMBER
     npm run recordings -- spare extension|trunk|queue NUMBER
     npm run recordings -- keep DAYS
     and with each, where there are several providers: --tenant NUMBER`;

/** @throws AppError `bad_request` with the way it is used */
export function readRecordingCommand(args: readonly string[]): RecordingCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { tenant: { type: 'string' } },
    });
    const [act, first, second, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    if (rest.length > 0) throw new Error(`"${rest.join(' ')}" is too much.`);
    if (act === 'list' && first === undefined) return { act, tenant };
    if (act === 'keep' && second === undefined) return { act, tenant, days: recordingDays.parse(Number(first)) };
    if (act === 'record' || act === 'spare') {
      const subject = z
        .string()
        .regex(/^\d{1,10}$/, 'must be a number')
        .parse(second);
      return { act, tenant, rule: { kind: recordingRuleKind.parse(first), subject } };
    }
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw new AppError('bad_request', `${problemOf(error)}\n${usage}`, {}, error);
  }
}

/** Does it, and says it. A system that runs hears of it at once. @returns lines for the terminal */
export async function runRecordingCommand(rules: RecordingRules, command: RecordingCommand): Promise<string[]> {
  if (command.act === 'list') return listLines(await rules.list(), await rules.days());
  if (command.act === 'keep') {
    await rules.setDays(command.days);
    return [`Recordings are kept for ${command.days} days; the first that are older go within the hour.`];
  }
  const { kind, subject } = command.rule;
  await rules.set(command.rule, command.act === 'record');
  return [`Talks by ${kind} ${subject} are ${command.act === 'record' ? '' : 'not '}recorded from now on.`];
}

function listLines(rules: readonly RecordingRule[], days: number): string[] {
  const kept = `Recordings are kept for ${days} days.`;
  if (rules.length === 0) return ['No talk is recorded by itself.', kept];
  return [...alignedRows(rules.map(({ kind, subject }) => ['recorded:', kind, subject])), kept];
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map(({ message }) => message).join('; ');
  return error instanceof Error ? error.message : String(error);
}
