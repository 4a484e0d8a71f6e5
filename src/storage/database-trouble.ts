/**
 * Whether an error says that the database was never reached (`unreached`), that its connection broke on the way so that a
 * commit may have happened (`broken`), or neither. Codes: Node's for sockets, SQLSTATE classes 08 and 57P.
 */
export function databaseTrouble(error: unknown): 'unreached' | 'broken' | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (['ECONNREFUSED', 'ENOENT', 'EACCES', '57P03', '53300'].includes(code)) return 'unreached';
  if (error.message.includes('timeout exceeded when trying to connect')) return 'unreached';
  if (/^(08...|57P0[12]|ECONNRESET|EPIPE)$/.test(code)) return 'broken';
  if (/Connection terminated|Client has encountered a connection error/.test(error.message)) return 'broken';
  return undefined;
}
