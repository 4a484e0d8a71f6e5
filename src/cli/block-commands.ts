import { z } from 'zod';
import type { AddressBlock } from '../access/schemas.ts';
import type { AddressBlocks } from '../access/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { type OfTenant, readCommandLine } from './command-line.ts';

/** What `npm run blocks` was asked to do. */
export type BlockCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'add'; readonly address: string; readonly minutes: number }
    | { readonly act: 'remove'; readonly address: string }
  );

const blockedMinutes = z.coerce.number('must be a number of minutes').int().min(1).max(525_600);

/** @throws AppError `bad_request` with the way it is used */
export function readBlockCommand(args: readonly string[]): BlockCommand {
  return readCommandLine(args, {
    name: 'blocks',
    uses: ['list', 'add ADDRESS [--minutes 60]', 'remove ADDRESS'],
    ofInstallation: true,
    words: 2,
    settings: { minutes: blockedMinutes },
    read([act, address], { minutes = 60 }) {
      if (address === undefined) return act === 'list' ? { act } : undefined;
      if (act === 'add') return { act, address, minutes };
      return act === 'remove' ? { act, address } : undefined;
    },
  });
}

/** Does it, and says it, in lines for the terminal. @throws AppError `not_found`, `bad_request` */
export async function runBlockCommand(blocks: AddressBlocks, command: BlockCommand): Promise<string[]> {
  if (command.act === 'list') return listLines(await blocks.list());
  if (command.act === 'add') {
    const { address, until } = await blocks.block(command.address, command.minutes);
    return [`Nothing is heard from ${address} until ${minute(until)} (UTC).`];
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
      minute(one.blockedAt),
      minute(one.until),
      String(one.times),
      one.reason === 'guessing' ? 'passwords were guessed' : 'by hand',
    ]),
  ]);
}
