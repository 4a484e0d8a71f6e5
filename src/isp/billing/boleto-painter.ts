import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BoletoSheet } from './boleto-sheet.ts';

/** Draws the page of a boleto. @throws AppError `internal` when it cannot be drawn */
export type PaintBoleto = (sheet: BoletoSheet) => Promise<Buffer>;

export interface BoletoPainter {
  readonly paint: PaintBoleto;
  /** Ends the process; what is being drawn is not finished. */
  close(): void;
}

/** What goes to the process, and what comes back. */
export interface Commission {
  readonly id: number;
  readonly sheet: BoletoSheet;
}
export type Painted =
  | { readonly id: number; readonly pdf: Uint8Array }
  | { readonly id: number; readonly complaint: string };

const idleMs = 60_000;
const longestMs = 15_000;

/**
 * Draws in a process of its own, started when a page is first asked for and ended when none was for a minute: what
 * draws takes 33 MB and keeps a processor for 0.1 s when it is loaded and 15 ms a page, in which no caller could be heard.
 */
export function createBoletoPainter(clock: Clock): BoletoPainter {
  let studio: Studio | undefined;
  let idle = new AbortController();
  let serial = 0;

  async function paint(sheet: BoletoSheet): Promise<Buffer> {
    idle.abort();
    if (studio === undefined) {
      const opened = openStudio(() => {
        if (studio === opened) studio = undefined;
      });
      studio = opened;
    }
    const { child, waiting } = studio;
    const id = ++serial;
    const asked = Promise.withResolvers<Buffer>();
    waiting.set(id, asked);
    const late = new AbortController();
    clock.sleep(longestMs, late.signal).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    child.send({ id, sheet } satisfies Commission);
    try {
      return await asked.promise;
    } finally {
      late.abort();
      if (waiting.size === 0) endWhenIdle();
    }
  }

  function endWhenIdle(): void {
    idle = new AbortController();
    clock.sleep(idleMs, idle.signal).then(close, () => undefined);
  }

  function close(): void {
    idle.abort();
    studio?.child.kill();
    studio = undefined;
  }

  return { paint, close };
}

/** A process that draws, and who waits for what of it. */
interface Studio {
  readonly child: ChildProcess;
  readonly waiting: Map<number, PromiseWithResolvers<Buffer>>;
}

function openStudio(gone: () => void): Studio {
  const waiting: Studio['waiting'] = new Map();
  const child = fork(fileURLToPath(new URL('./paint-boletos.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const over = (reason: string) => {
    gone();
    for (const { reject } of waiting.values()) reject(notDrawn(reason));
    waiting.clear();
  };
  child.on('message', (answer: Painted) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('pdf' in answer) asked?.resolve(Buffer.from(answer.pdf));
    else asked?.reject(notDrawn(answer.complaint));
  });
  child.on('error', (error) => over(error.message));
  child.on('exit', (code, signal) => over(`Its process ended with ${code ?? signal}.`));
  // Our end does not wait for it; it ends when it is cut off from us.
  child.unref();
  child.channel?.unref();
  return { child, waiting };
}

function notDrawn(reason: string): AppError {
  return new AppError('internal', `The boleto could not be drawn. ${reason}`);
}
