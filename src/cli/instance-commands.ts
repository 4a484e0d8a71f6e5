import { type ApiInstance, type NewApiInstance, newApiInstance } from '../access/schemas.ts';
import type { ApiInstances } from '../access/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { kinds, type OfTenant, ordinal, readCommandLine } from './command-line.ts';

/** What `npm run instances` was asked to do. */
export type InstanceCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly instance: NewApiInstance }
    | { readonly act: 'revoke'; readonly id: number }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readInstanceCommand(args: readonly string[]): InstanceCommand {
  return readCommandLine(args, {
    name: 'instances',
    uses: ['list', 'create LOGIN --origin ADDRESS [--no-password] [--administers]', 'revoke NUMBER'],
    words: 2,
    settings: { origin: kinds.text, noPassword: kinds.flag, administers: kinds.flag },
    read([act, subject], { origin, noPassword = false, administers = false }) {
      if (act === 'list' && subject === undefined) return { act };
      if (act === 'revoke') return { act, id: ordinal.parse(subject) };
      if (act !== 'create') return undefined;
      const instance = { login: subject, origin, passwordRequired: !noPassword, administers };
      return { act, instance: newApiInstance.parse(instance) };
    },
  });
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
