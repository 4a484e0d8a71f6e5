import { z } from 'zod';
import { type RecordingRule, recordingDays, recordingRuleKind } from '../calls/schemas.ts';
import type { RecordingRules } from '../calls/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { type OfTenant, readCommandLine } from './command-line.ts';

/** What `npm run recordings` was asked to do. */
export type RecordingCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'record' | 'spare'; readonly rule: RecordingRule }
    | { readonly act: 'keep'; readonly days: number }
  );

const subjectNumber = z.string().regex(/^\d{1,10}$/, 'must be a number');

/** @throws AppError `bad_request` with the way it is used */
export function readRecordingCommand(args: readonly string[]): RecordingCommand {
  return readCommandLine(args, {
    name: 'recordings',
    uses: ['list', 'record extension|trunk|queue NUMBER', 'spare extension|trunk|queue NUMBER', 'keep DAYS'],
    words: 3,
    settings: {},
    read([act, first, second]) {
      if (act === 'list' && first === undefined) return { act };
      if (act === 'keep' && second === undefined) return { act, days: recordingDays.parse(Number(first)) };
      if (act !== 'record' && act !== 'spare') return undefined;
      const rule = { kind: recordingRuleKind.parse(first), subject: subjectNumber.parse(second) };
      return { act, rule };
    },
  });
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
