import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Patience } from '../ivr/conversation.ts';
import type { FakeChannel, FakeRing } from '../telephony/fake-telephony.ts';
import type { Talk } from '../telephony/port.ts';

/** A person at a terminal who plays the caller: prompts are lines to read, keys are typed and sent with Enter. */
export interface TerminalCaller {
  /** Shows what the caller hears. */
  hear(media: readonly string[]): void;
  /** A line about the simulation itself. */
  note(text: string): void;
  /** Enter is a pause: what was typed is taken as it stands, and an empty line is silence. */
  readonly patience: Patience;
  readonly ring: FakeRing;
  close(): void;
}

/**
 * @param call the call, once there is one; `keys` are typed for the person, once, when the menu asks who calls
 */
export function terminalCaller(
  input: Readable,
  output: Writable,
  call: { readonly channel: () => FakeChannel; readonly keys: string | undefined; readonly asksWho: () => boolean },
): TerminalCaller {
  const { channel, asksWho } = call;
  const typing = { lines: [] as string[], ended: false };
  let wake: () => void = () => {};
  const reader = createInterface({ input });
  reader.on('line', (line) => {
    typing.lines.push(line);
    wake();
  });
  reader.on('close', () => {
    typing.ended = true;
    wake();
  });
  let given = call.keys;

  /** The next line; undefined when there are no more. */
  async function nextLine(question: string, signal?: AbortSignal): Promise<string | undefined> {
    output.write(question);
    while (typing.lines.length === 0 && !typing.ended) {
      await new Promise<void>((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }
    const line = typing.lines.shift();
    output.write(line === undefined || !isTerminal(input) ? `${line ?? ''}\n` : '');
    return line;
  }

  const patience: Patience = async (_, which, signal) => {
    // The line is over: the caller has nothing to add.
    if (which === 'next') return;
    if (given !== undefined && asksWho()) {
      const keys = given;
      given = undefined;
      output.write(`> ${keys}\n`);
      channel().press(keys);
      return;
    }
    const line = await nextLine('> ', signal);
    if (line === undefined) channel().end('caller');
    else channel().press(line.replaceAll(/[^0-9*#]/g, ''));
  };

  const ring: FakeRing = async (caller, { extensions }) => {
    const answer = await nextLine(`  [extensions ${extensions.join(', ')} ring; type y to answer] `);
    if (answer === undefined) {
      caller.end('caller');
      return { kind: 'caller_gone' };
    }
    const [extension = ''] = extensions;
    if (!/^[ys]/i.test(answer)) return { kind: 'no_answer' };
    await nextLine(`  [you talk to ${extension}; Enter when they hang up] `);
    const talk: Talk = { extension, ended: Promise.resolve('agent') };
    return { kind: 'answered', extension, talk };
  };

  return {
    hear: (media) => void output.write(`  ${media.join(' ')}\n`),
    note: (text) => void output.write(`${text}\n`),
    patience,
    ring,
    close: () => reader.close(),
  };
}

function isTerminal(input: Readable): boolean {
  return 'isTTY' in input && input.isTTY === true;
}
