import { readFile } from 'node:fs/promises';
import { createAccess } from '../access/service.ts';
import { type Config, isLoopback } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import { makeDemoTenant } from './demo-process.ts';
import { makeTenant } from './new-tenant.ts';

interface Parts {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Asks the person at the terminal for a new administrator's password; undefined where there is no terminal. */
  readonly askPassword: (() => Promise<string>) | undefined;
}

/** The tenant that this installation serves, and whether what came with the demo data counts. */
export interface Installation {
  readonly tenantId: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly withDemo: boolean;
}

const shortestPassword = 10;

/**
 * Makes the first tenant of a new home: with demo data on a loopback address unless `UIRAPURU_DEMO=0`, and with an
 * administrator wherever others can reach us.
 * @throws AppError `invalid_configuration` when an administrator is needed and no password can be had
 */
export async function prepareInstallation(parts: Parts): Promise<Installation> {
  const { config, db, clock, ids } = parts;
  const withDemo = isLoopback(config.bind);
  if (!withDemo && config.demo === true) {
    throw new AppError(
      'invalid_configuration',
      `UIRAPURU_DEMO=1 is only for an address that nobody else can reach, and UIRAPURU_BIND is ${config.bind}. Leave one of them out.`,
    );
  }
  const known = await db.selectFrom('tenant').select(['id', 'time_zone']).orderBy('id').limit(1).executeTakeFirst();
  const access = createAccess({ db, clock, ids, withDemo });
  const hasAdministrator = withDemo || (known !== undefined && (await access.has(known.id, 'console')));
  // Before anything is made: a first start that is refused leaves a home as new as it was.
  const password = hasAdministrator ? undefined : await administratorPassword(parts);
  const tenantId = known?.id ?? (await newTenant(parts, config.demo ?? withDemo));
  if (password !== undefined) {
    await access.setPassword(tenantId, 'console', 'admin', password, { role: 'administrator' });
  }
  return { tenantId, timeZone: known?.time_zone ?? config.timeZone, withDemo };
}

function newTenant({ config, databaseUrl, db }: Parts, demo: boolean): Promise<number> {
  const { home, timeZone } = config;
  return demo ? makeDemoTenant({ home, timeZone, databaseUrl }) : makeTenant({ timeZone, db });
}

async function administratorPassword({ config, askPassword }: Parts): Promise<string> {
  const password = await givenPassword(config.adminPasswordFile, askPassword);
  if (password.length >= shortestPassword) return password;
  throw new AppError(
    'invalid_configuration',
    `The administrator's password needs at least ${shortestPassword} characters.`,
  );
}

async function givenPassword(file: string | undefined, ask: Parts['askPassword']): Promise<string> {
  if (file !== undefined) {
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (error) {
      throw new AppError(
        'invalid_configuration',
        `The file of UIRAPURU_ADMIN_PASSWORD_FILE cannot be read: ${file}.`,
        {},
        error,
      );
    }
  }
  if (ask !== undefined) return ask();
  throw new AppError(
    'invalid_configuration',
    'Others can reach this address, so it needs an administrator: start it once in a terminal, or name a file with the password in UIRAPURU_ADMIN_PASSWORD_FILE.',
  );
}
