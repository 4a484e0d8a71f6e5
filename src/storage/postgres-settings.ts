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
export function serverArguments(place: { data: string; sockets: string; logs: string }): string[] {
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
