import type { z } from 'zod';
import {
  type CreatedCredential,
  credentialKind,
  credentialName,
  type NewCredential,
  newCredential,
} from '../access/schemas.ts';
import { type Access, revokedWithinMs } from '../access/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { kinds, type OfTenant, ordinal, readCommandLine } from './command-line.ts';

/** What `npm run credentials` was asked to do. */
export type CredentialCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly credential: NewCredential }
    | { readonly act: 'rotate'; readonly distrustOld: boolean }
    | { readonly act: 'revoke'; readonly kind: z.infer<typeof credentialKind>; readonly name: string }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readCredentialCommand(args: readonly string[]): CredentialCommand {
  return readCommandLine(args, {
    name: 'credentials',
    uses: [
      'list',
      'create api|sgp NAME [--role administrator|operator]',
      'create hubsoft E-MAIL [--client NUMBER]',
      `revoke ${credentialKind.options.join('|')} NAME`,
      'rotate [--distrust]',
    ],
    words: 3,
    settings: { role: kinds.text, client: ordinal, distrust: kinds.flag },
    read([act, kind, name], { role, client: clientId, distrust: distrustOld = false }) {
      if (act === 'revoke') return { act, kind: credentialKind.parse(kind), name: credentialName.parse(name) };
      if (act === 'create') {
        if (clientId !== undefined && kind !== 'hubsoft') throw new Error('Only users of kind hubsoft have a client.');
        if (role !== undefined && kind === 'hubsoft') throw new Error('Users of kind hubsoft have no role.');
        return { act, credential: newCredential.parse({ kind, name, role, clientId }) };
      }
      if (kind !== undefined) return undefined;
      if (act === 'list') return { act };
      return act === 'rotate' ? { act, distrustOld } : undefined;
    },
  });
}

/** Does it, and says it. @returns lines for the terminal; those of `create` hold the secret, once */
export async function runCredentialCommand(
  access: Access,
  tenantId: number,
  command: CredentialCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await access.list(tenantId));
  if (command.act === 'create') {
    return createdLines(await access.create(tenantId, command.credential));
  }
  if (command.act === 'rotate') {
    await access.oauth.rotateKeys(command);
    return [
      'Access tokens are signed with a new key from now on.',
      command.distrustOld
        ? `Those signed before open nothing any more, in a system that runs after ${(2 * revokedWithinMs) / 1000} seconds at most.`
        : 'Those signed before are good until their time is over.',
    ];
  }
  const { kind, name } = command;
  await access.revoke(tenantId, kind, name);
  return [
    `Revoked "${name}" of kind ${kind}. A system that runs lets it in for ${revokedWithinMs / 1000} seconds at most.`,
  ];
}

function createdLines(created: CreatedCredential): string[] {
  const { kind, name } = created;
  const shown: Record<string, string | number | undefined> =
    created.kind === 'hubsoft'
      ? {
          client_id: created.clientId,
          client_secret: created.clientSecret ?? 'as it was given out with the client',
          username: name,
          password: created.password,
        }
      : { ...(kind === 'sgp' && { app: name }), token: created.token };
  const width = Math.max(...Object.keys(shown).map((label) => label.length));
  return [
    `Created "${name}" of kind ${kind}.`,
    ...Object.entries(shown).map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    'Keep this now: only hashes are stored, and it is not shown again.',
  ];
}

function listLines(credentials: Awaited<ReturnType<Access['list']>>): string[] {
  if (credentials.length === 0) return ['There are no credentials.'];
  const rows = [
    ['kind', 'name', 'role', 'client', 'created (UTC)', 'last used (UTC)', ''],
    ...credentials.map(({ kind, name, role, clientId, createdAt, lastUsedAt, demo }) => [
      kind,
      name,
      role ?? '',
      clientId?.toString() ?? '',
      minute(createdAt),
      minute(lastUsedAt),
      demo ? 'demo' : '',
    ]),
  ];
  return alignedRows(rows);
}
