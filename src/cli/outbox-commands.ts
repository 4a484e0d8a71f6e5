import { parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import type { DeadLetter, DeadLetters } from '../messaging/service.ts';

/** What `npm run outbox` was asked to do. */
export type OutboxCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'retry' | 'discard'; readonly id: number }
);

const usage = `Use: npm run outbox -- list
     npm run outbox -- retry ID
     npm run outbox -- discard ID
     and with each, where there are several providers: --tenant NUMBER`;

const number = z.coerce.number('must be a number').int().min(1);

/** @throws AppError `bad_request` with the way it is used */
export function readOutboxCommand(args: readonly string[]): OutboxCommand {
  try {
    const options = { tenant: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [act, id, ...rest] = positionals;
    const tenant = number.optional().parse(values.tenant);
    if (act === 'list' && id === undefined) return { act, tenant };
    if ((act === 'retry' || act === 'discard') && rest.length === 0) return { act, tenant, id: number.parse(id) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const problem = issue === undefined ? (error as Error).message : `The number ${issue.message}.`;
    throw new AppError('bad_request', `${problem}\n${usage}`, {}, error);
  }
}

/** Does it, and says it, in lines for the terminal. @throws AppError `not_found` */
export async function runOutboxCommand(
  deadLetters: DeadLetters,
  tenantId: number,
  command: OutboxCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await deadLetters.list(tenantId));
  if (!(await deadLetters[command.act](tenantId, command.id))) {
    throw new AppError('not_found', `There is no message ${command.id} among those that could not be delivered.`);
  }
  return command.act === 'retry'
    ? [`The message ${command.id} is tried again: at once where Uirapuru runs, otherwise when it starts.`]
    : [`The message ${command.id} is given up.`];
}

function listLines(letters: readonly DeadLetter[]): string[] {
  if (letters.length === 0) return ['Every message was delivered, or still may be.'];
  const rows = [
    ['id', 'by', 'to', 'asked for (UTC)', 'attempts', 'why it was not delivered'],
    ...letters.map(({ id, channel, to, createdAt, attempts, reason }) => [
      String(id),
      channel,
      to,
      createdAt.slice(0, 16).replace('T', ' '),
      String(attempts),
      reason,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
