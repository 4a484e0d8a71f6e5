import { parseArgs } from 'node:util';
import { z } from 'zod';
import { extensionNumber, type GroupChange, groupChange, type NewGroup, newGroup } from '../exchange/schemas.ts';
import type { Groups } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run groups` was asked to do. */
export type GroupCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly group: NewGroup }
  | { readonly act: 'change'; readonly number: string; readonly change: GroupChange }
  | { readonly act: 'remove'; readonly number: string }
);

const usage = `Use: npm run groups -- list
     npm run groups -- create NUMBER --name NAME [--members 1001,1002]
     npm run groups -- change NUMBER [--name NAME] [--members 1001,1002] ('' for none)
     npm run groups -- remove NUMBER
     and with each, where there are several tenants: --tenant NUMBER`;

/** @throws AppError `bad_request` with the way it is used */
export function readGroupCommand(args: readonly string[]): GroupCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { name: text, members: text, tenant: text },
    });
    const [act, number, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    const members = values.members?.split(',').filter((one) => one !== '');
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && number === undefined) return { act, tenant };
    if (act === 'create') return { act, tenant, group: newGroup.parse({ number, name: values.name, members }) };
    if (act === 'change') {
      if (values.name === undefined && members === undefined) throw new Error('Say what to change.');
      const change = groupChange.parse({ name: values.name, members });
      return { act, tenant, number: extensionNumber.parse(number), change };
    }
    if (act === 'remove') return { act, tenant, number: extensionNumber.parse(number) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/** Does it, and says it. @returns lines for the terminal */
export async function runGroupCommand(groups: Groups, tenantId: number, command: GroupCommand): Promise<string[]> {
  if (command.act === 'list') {
    const all = await groups.list(tenantId);
    if (all.length === 0) return ['There are no groups.'];
    return alignedRows([
      ['number', 'name', 'members', 'numbers that lead to it'],
      ...all.map(({ number, name, members, numbers }) => [number, name, members.join(','), numbers.join(',')]),
    ]);
  }
  if (command.act === 'create') {
    const { number } = await groups.create(tenantId, command.group);
    return [`Created group ${number}.`];
  }
  if (command.act === 'change') {
    const { number, members } = await groups.change(tenantId, command.number, command.change);
    return [`Group ${number} rings ${members.length === 0 ? 'nobody' : members.join(', ')}.`];
  }
  await groups.remove(tenantId, command.number);
  return [`Removed group ${command.number}.`];
}
