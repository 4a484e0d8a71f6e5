import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '../kernel/errors.ts';

/** How sox is started with some arguments. */
export type Sox = (args: readonly string[]) => {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Makes a GSM file of 8 kHz of a WAV file, one after the other: both sides in one. @throws AppError `internal` with sox's own words */
export type MakeGsm = (wav: string, gsm: string) => Promise<void>;

/** Reads two paths a job, and answers each with a line: empty, or what was wrong. "$@" is sox. */
const script = `while IFS= read -r wav && IFS= read -r gsm; do
  if said=$("$@" "$wav" -r 8000 -c 1 -t gsm "$gsm" 2>&1); then echo
  else printf 'failed: %s\\n' "$(printf %s "$said" | tr '\\n' ' ')"; fi
done`;

interface Maker {
  readonly child: ChildProcess;
  readonly waiting: PromiseWithResolvers<string>[];
}

/**
 * Runs sox from a shell that stays, and ends with us. Started from the control plane itself each run would hold up everything
 * for tens of milliseconds, since a process of its size is slow to fork (seen in a profile: a quarter of all time).
 * @param sox undefined when it is nowhere: then nothing can be made
 */
export function createSoundMaker(sox: Sox | undefined): MakeGsm {
  let running: Maker | undefined;

  function start(program: Sox): Maker {
    const { file, args, env } = program([]);
    const child = spawn('/bin/sh', ['-c', script, 'sh', file, ...args], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    const maker: Maker = { child, waiting: [] };
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => maker.waiting.shift()?.resolve(line));
    }
    const gone = (): void => {
      if (running === maker) running = undefined;
      for (const one of maker.waiting.splice(0)) one.resolve('the process ended');
    };
    child.on('error', gone);
    child.on('close', gone);
    child.stdin?.on('error', gone);
    return maker;
  }

  return async (wav, gsm) => {
    if (sox === undefined) throw new AppError('missing_part', 'SoX is not there, by which GSM files are made.');
    running ??= start(sox);
    const said = Promise.withResolvers<string>();
    running.waiting.push(said);
    running.child.stdin?.write(`${wav}\n${gsm}\n`);
    const answer = await said.promise;
    if (answer !== '') throw new AppError('internal', `A recording could not be made: ${answer}`, { wav });
  };
}
