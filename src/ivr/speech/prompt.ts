import { closed, open, type Recording } from './recording.ts';

/** A prompt's text cut where it is recorded: whole sentences, and sentences with slots in them. */
export interface Prompt {
  readonly id: string;
  readonly template: string;
  /** Names of its slots, each once. */
  readonly slots: readonly string[];
  readonly sections: readonly Section[];
}

/** Sentences without slots share one recording, so that they flow; a sentence with slots is recorded in pieces. */
export type Section =
  | { readonly kind: 'fixed'; readonly recording: Recording }
  | { readonly kind: 'sentence'; readonly template: string; readonly pieces: readonly Piece[] };

export type Piece = Recording | { readonly slot: string; readonly endsSentence: boolean };

const slotPattern = /\{([a-z][a-z0-9_]*)\}/g;

/** Names of the slots in a template, each once, in the order of their first use. */
export function slotsOf(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(slotPattern), (match) => match[1]!))];
}

/** The template with its slots replaced. A slot without a value vanishes. */
export function fill(template: string, values: (slot: string) => string | undefined): string {
  return template
    .replaceAll(slotPattern, (_, slot: string) => values(slot) ?? '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,;:!?])/g, '$1')
    .trim();
}

/**
 * Cuts a prompt's text into its recordings. Without slots there is one, named by the id; otherwise they are numbered
 * from 1 in the order heard: `debt-1`, `debt-2`.
 */
export function parsePrompt(id: string, template: string): Prompt {
  const slots = slotsOf(template);
  if (slots.length === 0) {
    return { id, template, slots, sections: [{ kind: 'fixed', recording: closed(id, template.trim()) }] };
  }
  let count = 0;
  const nextName = () => `${id}-${(count += 1)}`;
  const sections = runs(sentences(template)).map((run): Section => {
    if (slotsOf(run).length === 0) return { kind: 'fixed', recording: closed(nextName(), run) };
    return { kind: 'sentence', template: run, pieces: piecesOf(run, nextName) };
  });
  return { id, template, slots, sections };
}

/** Every recording of a prompt, in order. */
export function promptRecordings(prompt: Prompt): Recording[] {
  return prompt.sections.flatMap((section) =>
    section.kind === 'fixed' ? [section.recording] : section.pieces.filter((piece) => 'name' in piece),
  );
}

function sentences(template: string): string[] {
  return template.trim().split(/(?<=[.!?])\s+/);
}

/** Neighbouring sentences without slots joined. */
function runs(parts: readonly string[]): string[] {
  return parts.reduce<string[]>((done, part) => {
    const last = done.at(-1);
    const joins = last !== undefined && slotsOf(last).length === 0 && slotsOf(part).length === 0;
    return joins ? [...done.slice(0, -1), `${last} ${part}`] : [...done, part];
  }, []);
}

function piecesOf(sentence: string, nextName: () => string): Piece[] {
  // An odd index is a slot's name: split keeps what a group captures.
  const parts = sentence.split(slotPattern);
  return parts.flatMap((part, index): Piece[] => {
    const isLast = parts.slice(index + 1).every((later) => !hasSound(later));
    if (index % 2 === 1) return [{ slot: part, endsSentence: isLast }];
    if (!hasSound(part)) return [];
    const text = part.trim().replace(/^[,;:.]\s*/, '');
    // After a colon the voice rests anyway, and falls.
    return [isLast || text.endsWith(':') ? closed(nextName(), text) : open(nextName(), text.replace(/,$/, ''))];
  });
}

function hasSound(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
