import { type NewTenant, newTenant, type TenantSummary, tenantLogin } from '../exchange/schemas.ts';
import type { Tenants } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { kinds, type OfTenant, readCommandLine } from './command-line.ts';

/** What `npm run tenants` was asked to do. */
export type TenantCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly made: NewTenant }
    | { readonly act: 'block' | 'release'; readonly login: string }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readTenantCommand(args: readonly string[]): TenantCommand {
  return readCommandLine(args, {
    name: 'tenants',
    uses: ['list', 'create LOGIN --name NAME', 'block LOGIN', 'release LOGIN'],
    ofInstallation: true,
    words: 2,
    settings: { name: kinds.text },
    read([act, login], { name = login }) {
      if (act === 'list' && login === undefined) return { act };
      if (act === 'create') return { act, made: newTenant.parse({ login, name }) };
      return act === 'block' || act === 'release' ? { act, login: tenantLogin.parse(login) } : undefined;
    },
  });
}

/** Does it, and says it. @returns lines for the terminal; those of `create` hold the administrator's token, once */
export async function runTenantCommand(tenants: Tenants, command: TenantCommand): Promise<string[]> {
  if (command.act === 'list') return listLines(await tenants.list());
  if (command.act === 'create') {
    const { id, login, token } = await tenants.create(command.made);
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
      minute(createdAt),
      blockedAt === null ? '' : 'blocked',
    ]),
  ]);
}
