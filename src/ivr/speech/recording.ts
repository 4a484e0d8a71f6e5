/** One piece of speech that is recorded ahead: a prompt, a part of one around its slots, or a number fragment. */
export interface Recording {
  /** File name below `prompts/pt-BR/`, without extension; also the name under which an operator replaces it. */
  readonly name: string;
  readonly text: string;
  /** `open`: something follows in the same sentence, so the voice must not fall; `closed`: it ends its sentence. */
  readonly intonation: 'open' | 'closed';
  /** Silence kept after the last sound. */
  readonly tailMs: number;
}

/** Nearly none inside a sentence; after it, the pause that a speaker makes before the next one. */
const usualTailMs = { open: 20, closed: 200 };

/** A recording in whose sentence something follows. */
export function open(name: string, text: string, tailMs = usualTailMs.open): Recording {
  return { name, text, intonation: 'open', tailMs };
}

/** A recording that ends its sentence. */
export function closed(name: string, text: string, tailMs = usualTailMs.closed): Recording {
  return { name, text, intonation: 'closed', tailMs };
}
