import { AppError } from '../kernel/errors.ts';
import type { DeadLetter, DeadLetters } from '../messaging/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { type OfTenant, ordinal, readCommandLine } from './command-line.ts';

/** What `npm run outbox` was asked to do. */
export type OutboxCommand = OfTenant &
  ({ readonly act: 'list' } | { readonly act: 'retry' | 'discard'; readonly id: number });

/** @throws AppError `bad_request` with the way it is used */
export function readOutboxCommand(args: readonly string[]): OutboxCommand {
  return readCommandLine(args, {
    name: 'outbox',
    uses: ['list', 'retry ID', 'discard ID'],
    words: 2,
    settings: {},
    read([act, id]) {
      if (act === 'list' && id === undefined) return { act };
      return act === 'retry' || act === 'discard' ? { act, id: ordinal.parse(id) } : undefined;
    },
  });
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
  return alignedRows([
    ['id', 'by', 'to', 'asked for (UTC)', 'attempts', 'why it was not delivered'],
    ...letters.map(({ id, channel, to, createdAt, attempts, reason }) => [
      String(id),
      channel,
      to,
      minute(createdAt),
      String(attempts),
      reason,
    ]),
  ]);
}
