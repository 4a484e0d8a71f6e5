import { AppError } from '../kernel/errors.ts';
import type { RunAs } from './postgres-user.ts';

/** Where one home's server keeps what; absolute folders, `sockets` with a short path. */
export interface PostgresPlace {
  readonly data: string;
  readonly sockets: string;
  readonly logs: string;
  readonly runAs: RunAs;
}

/** Name of the role and of the database on the home's own server. */
export const databaseUser = 'uirapuru';
export const databaseName = 'uirapuru';

/**
 * `trust` is safe here: the one socket is in a folder that only this user may enter, and there is no TCP. The built-in
 * locale sorts alike on every machine; what a person reads in order says `collate "pt-BR-x-icu"`.
 */
export function initdbArguments(data: string): string[] {
  return [
    `--pgdata=${data}`,
    `--username=${databaseUser}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
}

/** Arguments of `postgres`. Settings are given here, not in a file, so that an old home gets those of the new code. */
export function serverArguments(place: Pick<PostgresPlace, 'data' | 'sockets' | 'logs'>): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '',
    unix_socket_directories: place.sockets,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    // Our statements are short; compiling them costs more than it saves.
    jit: 'off',
    timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'on',
    log_directory: place.logs,
    // One file a weekday, written over a week later: bounded without anyone's care.
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: 0,
    log_timezone: 'UTC',
    // Statements and the details of errors carry personal data, which no log may hold.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return ['-D', place.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The URI of a database of the server, for `pg`: the host is the socket's folder. */
export function postgresUrl(place: Pick<PostgresPlace, 'sockets'>, database: string): string {
  return `postgresql://${databaseUser}@localhost/${database}?host=${encodeURIComponent(place.sockets)}`;
}

/** Environment of PostgreSQL's programs: nothing of the user's (`PGDATA`, `PGOPTIONS`, locale) may steer them. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

/** The error of a database that cannot write. */
export function databaseDiskFull(cause?: unknown): AppError {
  return new AppError(
    'disk_full',
    'The disk is full, and the database cannot work. Free some space and start again.',
    {},
    cause,
  );
}
