import type { NodeContext } from './node-context.ts';
import type { Utterance } from './speech/utterance.ts';

/** What came of offering keys; all but `chosen` are exits of the same name. */
export type Choice =
  | { readonly kind: 'chosen'; readonly key: string }
  | { readonly kind: 'person' | 'back' | 'failed' };

export interface Offer {
  readonly prompt: readonly Utterance[];
  readonly keys: readonly string[];
  /** Instead of "I heard no key" and the prompt again: what is said to one who is busy, and how often. */
  readonly silence?: { readonly waitMs: number; readonly prompt: readonly Utterance[]; readonly times: number };
}

/** Bad or silent tries before a person helps. */
export const triesToPerson = 3;
/** Repetitions asked for with `9`, which are no bad tries but must end too. */
const repeatLimit = 20;

/** What `chooseKey` says by itself. */
export const choicePrompts = ['no_input', 'invalid_option'];

/**
 * Says a prompt and waits for one of the keys. `9` repeats, `0` is a person, `*` goes back; a stray `#` is nothing.
 * After three bad or silent tries: `failed`.
 */
export async function chooseKey(context: NodeContext, offer: Offer): Promise<Choice> {
  let bad = 0;
  let silent = 0;
  let repeats = 0;
  let says = offer.prompt;
  while (bad + (offer.silence === undefined ? silent : 0) < triesToPerson && repeats < repeatLimit) {
    await context.say(says);
    const key = await firstKey(context, offer.silence?.waitMs);
    if (key !== undefined && offer.keys.includes(key)) return { kind: 'chosen', key };
    if (key === '0') return { kind: 'person' };
    if (key === '*') return { kind: 'back' };
    says = offer.prompt;
    if (key === '9') {
      repeats += 1;
    } else if (key !== undefined) {
      bad += 1;
      if (bad + silent < triesToPerson) await context.sayPrompt('invalid_option');
    } else {
      silent += 1;
      if (offer.silence !== undefined) {
        if (silent > offer.silence.times) break;
        says = offer.silence.prompt;
      } else if (bad + silent < triesToPerson) {
        await context.sayPrompt('no_input');
      }
    }
  }
  return { kind: 'failed' };
}

async function firstKey(context: NodeContext, waitMs: number | undefined): Promise<string | undefined> {
  for (;;) {
    const key = await context.key(waitMs);
    if (key !== '#') return key;
  }
}
