/** One request. */
export interface Sent {
  /** With the query string. */
  readonly path: string;
  /** Undefined with GET. */
  readonly body: string | undefined;
}

/** One method of an API under load: what is sent, and what a good answer looks like. */
export interface Method {
  readonly name: string;
  readonly verb: 'GET' | 'POST';
  /** Without the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The next request; where the method changes something, each may be used once before `reset`. */
  readonly next: () => Sent;
  /** Whether an answer's body is what was asked for. */
  isRight(body: string): boolean;
  /** Puts back what was changed. */
  reset(): Promise<void>;
  /** What the bare server needs to know to play back the statements of `next()`. */
  readonly playedBack: PlayedBack;
}

export interface PlayedBack {
  /** The field of the query or body that the statements depend on. */
  readonly field: string;
  /** Whether a value of a statement is made up anew for each request, such as an act's key. */
  readonly isFresh?: (value: string, statement: string) => boolean;
  /** What any server has to do besides for one request: check a password (argon2id) and sign a token (RS256). */
  readonly logsIn?: true;
}

/** What is sent, each in its turn, from the first again after the last. */
export function inTurn(sent: readonly Sent[]): { readonly next: () => Sent; readonly restart: () => void } {
  let index = 0;
  return {
    next: () => sent[index++ % sent.length] ?? { path: '/', body: undefined },
    restart: () => {
      index = 0;
    },
  };
}
