import type { Conversation, Waits } from './conversation.ts';
import type { Utterance } from './speech/utterance.ts';

/** Keys entered one after the other. */
export type Entry =
  | { readonly kind: 'keyed'; readonly digits: string }
  | { readonly kind: 'silent' }
  /** `0`, `9` or `*` alone. */
  | { readonly kind: 'person' }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'back' };

export interface EntryRules {
  /** Lengths at which it is complete without `#`; the greatest is as long as it may get. */
  readonly lengths: readonly number[];
  /** Whether a lone `0` or `9` is an answer here rather than a person or a repetition. */
  readonly loneKeysCount: boolean;
  /** Whether the log must not hold the keys. */
  readonly personal: boolean;
  readonly waits: Waits;
}

/**
 * Says the prompt and takes an entry: ended by `#`, by a pause, or by the shorter pause after a length at which it is
 * complete. `*` erases what was keyed; with nothing keyed it goes back.
 */
export async function takeEntry(
  conversation: Conversation,
  prompt: readonly Utterance[],
  rules: EntryRules,
  forgetHash: () => void,
): Promise<Entry> {
  await conversation.say(prompt);
  let digits = '';
  for (;;) {
    const digit = await conversation.key(waitAfter(digits, rules), digits === '' ? 'first' : 'next', rules.personal);
    if (digit === undefined || digit === '#') {
      if (digit === undefined && digits !== '') forgetHash();
      return finished(digits, rules);
    }
    if (digit === '*') {
      if (digits === '') return { kind: 'back' };
      digits = '';
    } else {
      digits += digit;
    }
    // One key more than there can be is kept, so that the entry is wrong rather than cut to something right.
    if (digits.length > Math.max(...rules.lengths)) return { kind: 'keyed', digits };
  }
}

function waitAfter(digits: string, { lengths, waits }: EntryRules): number {
  if (digits === '') return waits.firstDigitMs;
  return lengths.includes(digits.length) ? waits.fullEntryMs : waits.interDigitMs;
}

function finished(digits: string, rules: EntryRules): Entry {
  if (digits === '') return { kind: 'silent' };
  if (!rules.loneKeysCount && digits === '0') return { kind: 'person' };
  if (!rules.loneKeysCount && digits === '9') return { kind: 'repeat' };
  return { kind: 'keyed', digits };
}
