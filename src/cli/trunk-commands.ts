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
import { kinds, type OfTenant, readCommandLine, someChange } from './command-line.ts';

/** What `npm run trunks` was asked to do. A password is never among the words: it is asked for. */
export type TrunkCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly trunk: NewTrunk }
    | { readonly act: 'change'; readonly name: string; readonly change: TrunkChange }
    | { readonly act: 'password' | 'remove'; readonly name: string }
  );

const { transport, mediaEncryption, numberFormat, shownIn } = trunkSummary.shape;
/** @throws AppError `bad_request` with the way it is used */
export function readTrunkCommand(args: readonly string[]): TrunkCommand {
  return readCommandLine(args, {
    name: 'trunks',
    uses: [
      'list',
      'create NAME --host HOST [settings]      (asks for the password of --username)',
      'change NAME settings',
      'password NAME                           (asks for it)',
      'remove NAME',
    ],
    notes: [
      `settings: --host HOST  --port PORT  --transport ${transport.options.join('|')}  --media-encryption ${mediaEncryption.options.join('|')}`,
      '          --registers yes|no  --username NAME  --addresses 192.0.2.7,198.51.100.0/28',
      `          --format ${numberFormat.options.join('|')}  --carrier 15  --numbers +553432221000,…`,
      `          --shown-in ${shownIn.options.join('|')}  --position PLACE  --enabled yes|no`,
    ],
    words: 2,
    settings: {
      host: kinds.text,
      port: kinds.number,
      transport: kinds.text,
      mediaEncryption: kinds.text,
      registers: kinds.yesOrNo,
      username: kinds.textOrNothing,
      addresses: kinds.list,
      format: kinds.text,
      carrier: kinds.textOrNothing,
      numbers: kinds.list,
      shownIn: kinds.text,
      position: kinds.number,
      enabled: kinds.yesOrNo,
    },
    read([act, name], { format, numbers, ...same }) {
      const settings = { ...same, numberFormat: format, ownNumbers: numbers };
      if (act === 'list' && name === undefined) return { act };
      if (act === 'create') return { act, trunk: newTrunk.parse({ ...settings, name }) };
      if (name === undefined) return undefined;
      if (act === 'password' || act === 'remove') return { act, name };
      return act === 'change' ? { act, name, change: someChange(trunkChange.parse(settings)) } : undefined;
    },
  });
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
