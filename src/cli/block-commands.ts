import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { AddressBlock } from '../access/schemas.ts';
import type { AddressBlocks } from '../access/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run blocks` was asked to do. */
export type BlockCommand =
  | { readonly act: 'list' }
  | { readonly act: 'add'; readonly address: string; readonly minutes: number }
  | { readonly act: 'remove'; readonly address: string };

const usage = `Use: npm run blocks -- list
     npm run blocks -- add ADDRESS [--minutes 60]
     npm run blocks -- remove ADDRESS`;

const minutes = z.coerce.number('must be a number of minutes').int().min(1).max(525_600).default(60);

/** @throws AppError `bad_request` with the way it is used */
export function readBlockCommand(args: readonly string[]): BlockCommand {
  try {
    const options = { minutes: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [act, address, ...rest] = positionals;
    if (act === 'list' && address === undefined) return { act };
    if (address !== undefined && rest.length === 0) {
      if (act === 'add') return { act, address, minutes: minutes.parse(values.minutes) };
      if (act === 'remove') return { act, address };
    }
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/** Does it, and says it, in lines for the terminal. @throws AppError `not_found`, `bad_request` */
export async function runBlockCommand(blocks: AddressBlocks, command: BlockCommand): Promise<string[]> {
  if (command.act === 'list') return listLines(await blocks.list());
  if (command.act === 'add') {
    const { address, until } = await blocks.block(command.address, command.minutes);
    return [`Nothing is heard from ${address} until ${minuteOf(until)} (UTC).`];
  }
  await blocks.unblock(command.address);
  return [`${command.address} is heard again.`];
}

function listLines(blocks: readonly AddressBlock[]): string[] {
  if (blocks.length === 0) return ['No address is blocked.'];
  return alignedRows([
    ['address', 'since (UTC)', 'until (UTC)', 'times in a row', 'why'],
    ...blocks.map((one) => [
      one.address,
      minuteOf(one.blockedAt),
      minuteOf(one.until),
      String(one.times),
      one.reason === 'guessing' ? 'passwords were guessed' : 'by hand',
    ]),
  ]);
}

function minuteOf(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
