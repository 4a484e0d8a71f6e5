import { parseArgs } from 'node:util';
import { z } from 'zod';
import { credentialKind, credentialName, newCredential } from '../access/schemas.ts';
import { type Access, revokedWithinMs } from '../access/service.ts';
import { AppError } from '../kernel/errors.ts';

/** What `npm run credentials` was asked to do. */
export type CredentialCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly credential: z.infer<typeof newCredential> }
  | { readonly act: 'revoke'; readonly kind: z.infer<typeof credentialKind>; readonly name: string }
);

const usage = `Use: npm run credentials -- list
     npm run credentials -- create api|sgp NAME [--role administrator]
     npm run credentials -- revoke ${credentialKind.options.join('|')} NAME
     and with each, where there are several providers: --tenant NUMBER`;

/** @throws AppError `bad_request` with the way it is used */
export function readCredentialCommand(args: readonly string[]): CredentialCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { role: { type: 'string' }, tenant: { type: 'string' } },
    });
    const [act, kind, name, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && kind === undefined) return { act, tenant };
    if (act === 'create') return { act, tenant, credential: newCredential.parse({ kind, name, role: values.role }) };
    if (act === 'revoke') return { act, tenant, kind: credentialKind.parse(kind), name: credentialName.parse(name) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw new AppError('bad_request', `${problemOf(error)}\n${usage}`, {}, error);
  }
}

/** Does it, and says it. @returns lines for the terminal; those of `create` hold the secret, once */
export async function runCredentialCommand(
  access: Access,
  tenantId: number,
  command: CredentialCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await access.list(tenantId));
  if (command.act === 'create') {
    const { kind, name, token } = await access.create(tenantId, command.credential);
    return [
      `Created "${name}" of kind ${kind}.`,
      ...(kind === 'sgp' ? [`  app    ${name}`] : []),
      `  token  ${token}`,
      'Keep the token now: only its hash is stored, and it is not shown again.',
    ];
  }
  const { kind, name } = command;
  await access.revoke(tenantId, kind, name);
  return [
    `Revoked "${name}" of kind ${kind}. A system that runs lets it in for ${revokedWithinMs / 1000} seconds at most.`,
  ];
}

function listLines(credentials: Awaited<ReturnType<Access['list']>>): string[] {
  if (credentials.length === 0) return ['There are no credentials.'];
  const minute = (instant: string | null): string => instant?.slice(0, 16).replace('T', ' ') ?? 'never';
  const rows = [
    ['kind', 'name', 'role', 'created (UTC)', 'last used (UTC)', ''],
    ...credentials.map(({ kind, name, role, createdAt, lastUsedAt, demo }) => [
      kind,
      name,
      role ?? '',
      minute(createdAt),
      minute(lastUsedAt),
      demo ? 'demo' : '',
    ]),
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
