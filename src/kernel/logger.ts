import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
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
      serializers: { err: (error: Error) => redactError(pino.stdSerializers.err(error)) },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)) as typeof args);
        },
      },
    },
    destination === undefined ? pino.destination(2) : pino.destination({ dest: opened(destination), sync: false }),
  );
}

/** A logger that writes nothing, for tests and for the terminal simulator. */
export const silentLogger: Logger = pino({ level: 'silent' });

const secretNames = ['password', 'senha', 'token', 'secret', 'authorization', 'client_secret', 'cpf', 'cpfcnpj'];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Only what helps: drivers hang whole connections on their errors. */
function redactError(error: pino.SerializedError): Record<string, unknown> {
  const { type, code, details, message, stack } = error;
  return { type, code, details, message: redactText(message), stack: redactText(stack) };
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
