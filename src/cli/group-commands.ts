import { extensionNumber, type GroupChange, groupChange, type NewGroup, newGroup } from '../exchange/schemas.ts';
import type { Groups } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { kinds, type OfTenant, readCommandLine, someChange } from './command-line.ts';

/** What `npm run groups` was asked to do. */
export type GroupCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly group: NewGroup }
    | { readonly act: 'change'; readonly number: string; readonly change: GroupChange }
    | { readonly act: 'remove'; readonly number: string }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readGroupCommand(args: readonly string[]): GroupCommand {
  return readCommandLine(args, {
    name: 'groups',
    uses: [
      'list',
      'create NUMBER --name NAME [--members 1001,1002] [--fallback NUMBER]',
      "change NUMBER [--name NAME] [--members 1001,1002] [--fallback NUMBER] ('' for none)",
      'remove NUMBER',
    ],
    words: 2,
    settings: { name: kinds.text, members: kinds.list, fallback: kinds.textOrNothing },
    read([act, number], settings) {
      if (act === 'list' && number === undefined) return { act };
      if (act === 'create') return { act, group: newGroup.parse({ ...settings, number }) };
      if (act === 'remove') return { act, number: extensionNumber.parse(number) };
      if (act !== 'change') return undefined;
      return { act, number: extensionNumber.parse(number), change: someChange(groupChange.parse(settings)) };
    },
  });
}

/** Does it, and says it. @returns lines for the terminal */
export async function runGroupCommand(groups: Groups, tenantId: number, command: GroupCommand): Promise<string[]> {
  if (command.act === 'list') {
    const all = await groups.list(tenantId);
    if (all.length === 0) return ['There are no groups.'];
    return alignedRows([
      ['number', 'name', 'members', 'fallback', 'numbers that lead to it'],
      ...all.map(({ number, name, members, fallback, numbers }) => [
        number,
        name,
        members.join(','),
        fallback ?? '',
        numbers.join(','),
      ]),
    ]);
  }
  if (command.act === 'create') {
    const { number } = await groups.create(tenantId, command.group);
    return [`Created group ${number}.`];
  }
  if (command.act === 'change') {
    const { number, members, fallback } = await groups.change(tenantId, command.number, command.change);
    const onward = fallback === null ? '' : `; calls that nobody takes go on to ${fallback}`;
    return [`Group ${number} rings ${members.length === 0 ? 'nobody' : members.join(', ')}${onward}.`];
  }
  await groups.remove(tenantId, command.number);
  return [`Removed group ${command.number}.`];
}
