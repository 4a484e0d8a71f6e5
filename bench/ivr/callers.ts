import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventPayloadType } from '../../test/phone/rtp.ts';
import { Scenario } from '../../test/phone/scenario.ts';
import { type PhoneRun, startSipp } from '../../test/phone/sipp.ts';
import { type Contestant, keyOf, type Way } from './contestant.ts';
import { ports } from './places.ts';

/** How long a caller listens before each key and after the last one, in ms. */
export interface Habits {
  readonly greetingMs: number;
  /** From the `#`: the ERP is asked meanwhile. */
  readonly situationMs: number;
  /** From the choice to hanging up. */
  readonly answerMs: number;
}

/**
 * Callers of two kinds, each the same for every contestant. Listening costs all contestants alike, so the hasty show what
 * sets them apart, and the others what that means of a whole call.
 */
export const callers = {
  /** Knows the menu by heart, and hardly listens to anything. */
  hasty: { greetingMs: 300, situationMs: 600, answerMs: 900 },
  /** Hears half of the greeting, the amount owed, and how many invoices there are. */
  listening: { greetingMs: 2_000, situationMs: 5_000, answerMs: 4_000 },
} as const satisfies Record<string, Habits>;

/** A key is held so long, and as long is between two. */
const heldMs = 100;
const keyMs = 2 * heldMs;
const documentMs = 12 * keyMs;

/** How long one call lasts. */
export function callMs(habits: Habits): number {
  return habits.greetingMs + documentMs + habits.situationMs + keyMs + habits.answerMs;
}

export interface Crowd {
  readonly habits: Habits;
  readonly way: Way;
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly documents: readonly string[];
}

export interface CrowdResult {
  readonly successful: number;
  readonly failed: number;
  /** From the first call to the end of the last. */
  readonly elapsedMs: number;
  readonly errors: string;
}

/** SIPp's own digits (`play_dtmf`), the only ones that can come from a file of callers, have a fixed payload type. */
class CallerScenario extends Scenario {
  override toXml(): string {
    return super.toXml().replaceAll(new RegExp(`\\b${eventPayloadType}\\b`, 'g'), '96');
  }
}

/** Calls a contestant, one call a document, and waits until all calls are over. */
export async function callIn(contestant: Contestant, crowd: Crowd): Promise<CrowdResult> {
  const startedAt = performance.now();
  const result = await (await startCalling(contestant, crowd)).finished;
  const { successful, failed, errors } = result;
  return { successful, failed, errors, elapsedMs: performance.now() - startedAt };
}

/** Begins to call; `hangUp` of the run ends it early. */
export async function startCalling(
  contestant: Contestant,
  { habits, way, calls, rate, documents }: Crowd,
): Promise<PhoneRun> {
  const folder = mkdtempSync(join(tmpdir(), 'uirapuru-bench-'));
  const callers = join(folder, 'callers.csv');
  writeFileSync(callers, `SEQUENTIAL\n${documents.map((document) => `${document}#,${heldMs};`).join('\n')}\n`);
  const { account, number, target } = contestant;
  const scenario = new CallerScenario()
    .call(account, number, { port: '[media_port]' })
    .pause(habits.greetingMs)
    .raw('<nop><action><exec play_dtmf="[field0]"/></action></nop>')
    .pause(documentMs + habits.situationMs)
    .raw(`<nop><action><exec play_dtmf="${keyOf[way]},${heldMs}"/></action></nop>`)
    .pause(keyMs + habits.answerMs)
    .hangUp(account, number);
  const run = await startSipp({
    scenario,
    target,
    port: ports.phone.sip,
    mediaPort: ports.phone.media,
    calls,
    rate,
    atOnce: Math.ceil((rate * callMs(habits) * 3) / 1000) + 10,
    args: ['-inf', callers],
    folder,
    timeoutMs: (calls / rate) * 1000 + callMs(habits) + 30_000,
  });
  void run.finished.finally(() => rmSync(folder, { recursive: true, force: true }));
  return run;
}
