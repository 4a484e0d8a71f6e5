import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  type NewTrunk,
  newTrunk,
  type TrunkChange,
  type TrunkSummary,
  trunkChange,
  trunkSummary,
} from '../exchange/schemas.ts';
import type { Trunks } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run trunks` was asked to do. A password is never among the words: it is asked for. */
export type TrunkCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly trunk: NewTrunk }
  | { readonly act: 'change'; readonly name: string; readonly change: TrunkChange }
  | { readonly act: 'password' | 'remove'; readonly name: string }
);

const { transport, mediaEncryption, numberFormat, shownIn } = trunkSummary.shape;
const usage = `Use: npm run trunks -- list
     npm run trunks -- create NAME --host HOST [settings]      (asks for the password of --username)
     npm run trunks -- change NAME settings
     npm run trunks -- password NAME                           (asks for it)
     npm run trunks -- remove NAME
     settings: --host HOST  --port PORT  --transport ${transport.options.join('|')}  --media-encryption ${mediaEncryption.options.join('|')}
               --registers yes|no  --username NAME  --addresses 192.0.2.7,198.51.100.0/28
               --format ${numberFormat.options.join('|')}  --carrier 15  --numbers +553432221000,…
               --shown-in ${shownIn.options.join('|')}  --position PLACE  --enabled yes|no
     and with each, where there are several tenants: --tenant NUMBER`;

const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');
const textOrNothing = z.string().transform((word) => (word === '' ? null : word));
const list = z.string().transform((words) => words.split(',').filter((one) => one !== ''));
/** Options as they are typed, by the setting that each is. */
const typed = z
  .object({
    host: z.string(),
    port: z.coerce.number(),
    transport: z.string(),
    'media-encryption': z.string(),
    registers: yesOrNo,
    username: textOrNothing,
    addresses: list,
    format: z.string(),
    carrier: textOrNothing,
    numbers: list,
    'shown-in': z.string(),
    position: z.coerce.number(),
    enabled: yesOrNo,
  })
  .partial()
  .transform(({ format, numbers, 'shown-in': shown, 'media-encryption': mediaEncryption, ...same }) => ({
    ...same,
    mediaEncryption,
    numberFormat: format,
    ownNumbers: numbers,
    shownIn: shown,
  }));

/** @throws AppError `bad_request` with the way it is used */
export function readTrunkCommand(args: readonly string[]): TrunkCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        host: text,
        port: text,
        transport: text,
        'media-encryption': text,
        registers: text,
        username: text,
        addresses: text,
        format: text,
        carrier: text,
        numbers: text,
        'shown-in': text,
        position: text,
        enabled: text,
        tenant: text,
      },
    });
    const [act, name, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    const settings = typed.parse(values);
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && name === undefined) return { act, tenant };
    if (act === 'create') return { act, tenant, trunk: newTrunk.parse({ ...settings, name }) };
    if (name !== undefined && act === 'change') {
      const change = trunkChange.parse(settings);
      if (Object.values(change).every((value) => value === undefined)) throw new Error('Say what to change.');
      return { act, tenant, name, change };
    }
    if (name !== undefined && (act === 'password' || act === 'remove')) return { act, tenant, name };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/**
 * Does it, and says it.
 * @param askPassword asks for the password of an account
 * @returns lines for the terminal
 */
export async function runTrunkCommand(
  trunks: Trunks,
  tenantId: number,
  command: TrunkCommand,
  askPassword: (account: string) => Promise<string>,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await trunks.list(tenantId));
  if (command.act === 'create') {
    const { username } = command.trunk;
    const password = username === null ? null : passwordOf(await askPassword(username));
    const { name } = await trunks.create(tenantId, { ...command.trunk, password });
    return [`Created trunk "${name}".`];
  }
  const { act, name } = command;
  const found = (await trunks.list(tenantId)).find((trunk) => trunk.name === name);
  if (found === undefined) throw new AppError('not_found', `There is no trunk "${name}".`);
  if (act === 'change') {
    await trunks.change(tenantId, found.id, command.change);
    return [`Changed trunk "${name}".`];
  }
  if (act === 'password') {
    const password = passwordOf(await askPassword(found.username ?? name));
    await trunks.change(tenantId, found.id, { password });
    return [`Trunk "${name}" has a new password.`];
  }
  await trunks.remove(tenantId, found.id);
  return [`Removed trunk "${name}", from the rules too.`];
}

function passwordOf(typedText: string): string {
  if (typedText === '') throw new AppError('bad_request', 'No password was given; nothing was changed.');
  return typedText;
}

function listLines(trunks: readonly TrunkSummary[]): string[] {
  if (trunks.length === 0) return ['There are no trunks: only extensions of the exchange can be called.'];
  return alignedRows([
    ['name', 'host', 'account', 'numbers', 'wants', ''],
    ...trunks.map((trunk) => [
      trunk.name,
      `${trunk.host}:${trunk.port}/${trunk.transport}`,
      trunk.username === null ? 'by address' : `${trunk.username}${trunk.registers ? ', registers' : ''}`,
      trunk.ownNumbers.join(','),
      trunk.numberFormat,
      trunk.enabled ? '' : 'switched off',
    ]),
  ]);
}
