import { parseArgs } from 'node:util';
import { type NewTenant, newTenant, type TenantSummary, tenantLogin } from '../exchange/schemas.ts';
import type { Tenants } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run tenants` was asked to do. */
export type TenantCommand =
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly tenant: NewTenant }
  | { readonly act: 'block' | 'release'; readonly login: string };

const usage = `Use: npm run tenants -- list
     npm run tenants -- create LOGIN --name NAME
     npm run tenants -- block LOGIN
     npm run tenants -- release LOGIN`;

/** @throws AppError `bad_request` with the way it is used */
export function readTenantCommand(args: readonly string[]): TenantCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { name: { type: 'string' } },
    });
    const [act, login, ...rest] = positionals;
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && login === undefined) return { act };
    if (act === 'create') return { act, tenant: newTenant.parse({ login, name: values.name ?? login }) };
    if (act === 'block' || act === 'release') return { act, login: tenantLogin.parse(login) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/** Does it, and says it. @returns lines for the terminal; those of `create` hold the administrator's token, once */
export async function runTenantCommand(tenants: Tenants, command: TenantCommand): Promise<string[]> {
  if (command.act === 'list') return listLines(await tenants.list());
  if (command.act === 'create') {
    const { id, login, token } = await tenants.create(command.tenant);
    return [
      `Created tenant ${id}, ${login}. Its phones register in the domain ${login}: sip:100@${login}.`,
      `  token  ${token}`,
      'Its administrator uses the API with this token. Keep it now: only its hash is stored, and it is not shown again.',
      `Other commands act for it with --tenant ${id}.`,
    ];
  }
  const { act, login } = command;
  if (!(await tenants.setBlocked(login, act === 'block'))) {
    throw new AppError('not_found', `There is no tenant ${login}. npm run tenants -- list shows those there are.`);
  }
  return [
    act === 'block'
      ? `Blocked ${login}: no call but one for help is taken or placed; those in progress go on.`
      : `Let ${login} call again.`,
  ];
}

function listLines(tenants: readonly TenantSummary[]): string[] {
  return alignedRows([
    ['number', 'login', 'name', 'phones register in', 'created (UTC)', ''],
    ...tenants.map(({ id, login, name, domain, createdAt, blockedAt }) => [
      String(id),
      login,
      name,
      domain ?? 'any domain',
      createdAt.slice(0, 16).replace('T', ' '),
      blockedAt === null ? '' : 'blocked',
    ]),
  ]);
}
