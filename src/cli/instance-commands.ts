import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type ApiInstance, type NewApiInstance, newApiInstance } from '../access/schemas.ts';
import type { ApiInstances } from '../access/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run instances` was asked to do. */
export type InstanceCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly instance: NewApiInstance }
  | { readonly act: 'revoke'; readonly id: number }
);

const usage = `Use: npm run instances -- list
     npm run instances -- create LOGIN --origin ADDRESS [--no-password] [--administers]
     npm run instances -- revoke NUMBER
     and with each, where there are several providers: --tenant NUMBER`;

/** @throws AppError `bad_request` with the way it is used */
export function readInstanceCommand(args: readonly string[]): InstanceCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        origin: { type: 'string' },
        'no-password': { type: 'boolean', default: false },
        administers: { type: 'boolean', default: false },
        tenant: { type: 'string' },
      },
    });
    const [act, subject, ...rest] = positionals;
    const number = z.coerce.number().int().min(1);
    const tenant = number.optional().parse(values.tenant);
    if (rest.length > 0) throw new Error('A login with blanks needs quotation marks.');
    if (act === 'list' && subject === undefined) return { act, tenant };
    if (act === 'revoke') return { act, tenant, id: number.parse(subject) };
    if (act === 'create') {
      const { origin, administers } = values;
      const passwordRequired = !values['no-password'];
      return { act, tenant, instance: newApiInstance.parse({ login: subject, origin, passwordRequired, administers }) };
    }
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/** Does it, and says it. @returns lines for the terminal; those of `create` hold the secrets, once */
export async function runInstanceCommand(
  instances: ApiInstances,
  tenantId: number,
  command: InstanceCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await instances.list(tenantId));
  if (command.act === 'create') {
    const { id, login, origin, password, token } = await instances.create(tenantId, command.instance);
    return [
      `Created API instance ${id}, to be used from ${origin} alone.`,
      `  login  ${login}`,
      `  senha  ${password}`,
      `  token  ${token}`,
      'Keep both now: only their hashes are stored, and they are not shown again.',
    ];
  }
  await instances.revoke(tenantId, command.id);
  return [`Revoked API instance ${command.id}. A system that runs lets it in for 5 seconds at most.`];
}

function listLines(instances: readonly ApiInstance[]): string[] {
  if (instances.length === 0) return ['There are no API instances.'];
  const minute = (instant: string | null): string => instant?.slice(0, 16).replace('T', ' ') ?? 'never';
  return alignedRows([
    ['number', 'login', 'origin', 'password', 'created (UTC)', 'last used (UTC)', ''],
    ...instances.map((one) => [
      String(one.id),
      one.login,
      one.origin,
      one.passwordRequired ? 'required' : 'not required',
      minute(one.createdAt),
      minute(one.lastUsedAt),
      [...(one.administers ? ['administers'] : []), ...(one.demo ? ['demo'] : [])].join(', '),
    ]),
  ]);
}
