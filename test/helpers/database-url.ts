const parts = /^(postgres(?:ql)?:\/\/[^/]*\/)([^?]*)/;

/** The same PostgreSQL server, another database. */
export function withDatabase(url: string, name: string): string {
  return url.replace(parts, `$1${name}`);
}

/** The database that a URL names. */
export function databaseName(url: string): string {
  return parts.exec(url)?.[2] ?? '';
}
