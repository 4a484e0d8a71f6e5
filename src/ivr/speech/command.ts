import { spawn } from 'node:child_process';
import { AppError } from '../../kernel/errors.ts';
import { keepOrdinary } from '../../kernel/priority.ts';

/** A program ready to be started: where it is and what it needs around it is known to the wiring, not here. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Gives the command that runs one program with the given arguments. */
export type Program = (args: readonly string[]) => Command;

/** The programs that speech may use; a missing voice is passed over. */
export interface SpeechPrograms {
  /** `RHVoice-test`, with the Brazilian Portuguese voice Letícia-F123. */
  readonly rhvoice?: Program | undefined;
  readonly espeak?: Program | undefined;
  /** SoX 14.4 or later (or sox_ng). Without it only what is recorded can be said. */
  readonly sox?: Program | undefined;
}

/**
 * Runs a program to its end and gives what it wrote to standard output.
 * @param input written to its standard input
 * @throws AppError `missing_part` when it cannot be started or fails, with the end of what it complained about
 */
export function run(command: Command, input: Uint8Array | string, signal: AbortSignal): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const failure = (reason: string, cause?: unknown) =>
    new AppError('missing_part', `${command.file} failed: ${reason}`, { args: command.args }, cause);
  const child = spawn(command.file, command.args, { env: command.env, signal, stdio: 'pipe', killSignal: 'SIGKILL' });
  keepOrdinary(child.pid);
  const output: Buffer[] = [];
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-500);
  });
  // A program that ends before it read everything closes the pipe; its exit code tells whether that matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  child.on('error', (error) => reject(failure(error.message, error)));
  child.on('close', (code) => {
    if (code === 0) resolve(Buffer.concat(output));
    else reject(failure(`it ended with ${code}. ${complaint.trim()}`));
  });
  return promise;
}
