import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks at the terminal for the administrator's password, without showing what is typed. */
export function askPassword(): Promise<string> {
  return askSecret(
    '\nOthers can reach this address. Choose a password for the user "admin" (at least 10 characters): ',
  );
}

/** Asks for one line, without showing what is typed; without a terminal it is the first line of the input. */
export async function askSecret(question: string): Promise<string> {
  stdout.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY });
  try {
    const ended = new Promise<string>((resolve) => line.once('close', () => resolve('')));
    return (await Promise.race([line.question(''), ended])).trim();
  } finally {
    line.close();
    stdout.write('\n');
  }
}
