import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks at the terminal for the administrator's password, without showing what is typed. */
export async function askPassword(): Promise<string> {
  stdout.write('\nOthers can reach this address. Choose a password for the user "admin" (at least 10 characters): ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: stdin, output: silent, terminal: true });
  try {
    return (await line.question('')).trim();
  } finally {
    line.close();
    stdout.write('\n');
  }
}
