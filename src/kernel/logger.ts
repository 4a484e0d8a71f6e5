import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import pino from 'pino';
import { redactText } from './redaction.ts';

export type Logger = pino.Logger;

/**
 * The one logger: JSON lines. Fields that hold secrets are removed, and every string is searched for what looks like a
 * CPF or CNPJ, a second net below `Personal`.
 * @param destination a file's path; standard error when left out
 */
export function createLogger(level: string, destination?: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretPaths, censor: '[redacted]' },
      serializers: { err: redactError },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)) as typeof args);
        },
      },
    },
    destination === undefined ? pino.destination(2) : fileDestination(destination),
  );
}

/** A logger that writes nothing, for tests and for the terminal simulator. */
export const silentLogger: Logger = pino({ level: 'silent' });

const secretNames = ['password', 'senha', 'token', 'secret', 'authorization', 'client_secret', 'cpf', 'cpfcnpj'];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Only what helps: drivers hang whole connections, and rows with personal data, on their errors. */
function redactError(error: unknown): unknown {
  // Anything may be thrown, also what is no error, such as an abort's reason.
  if (!(error instanceof Error)) return redactText(inspect(error, { depth: 1 }).slice(0, 1_000));
  const { type, code, details, message, stack } = pino.stdSerializers.err(error);
  return { type, code, details, message: redactText(message), stack: redactText(stack ?? '') };
}

/** What waits in memory while the disk takes nothing; lines beyond it are lost. */
const longestBacklogBytes = 8 * 1024 * 1024;

/** A file that cannot be written costs lines, never the process: calls go on with a full disk. */
function fileDestination(path: string) {
  const stream = pino.destination({ dest: opened(path), sync: false, maxLength: longestBacklogBytes });
  let isTold = false;
  stream.on('error', (error: Error) => {
    if (!isTold) process.stderr.write(`The log ${path} cannot be written: ${error.message}\n`);
    isTold = true;
  });
  stream.on('write', () => {
    isTold = false;
  });
  return stream;
}

/** Opened here and now, so that a folder without permission is an error of the start and not of some later line. */
function opened(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return openSync(path, 'a', 0o600);
}

/** Goes on writing to a file's path after the file itself was renamed. */
export function reopenLogFile(logger: Logger, path: string): void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as Record<symbol, { reopen?: (path: string) => void }>;
  stream?.reopen?.(path);
}
