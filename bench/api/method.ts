/** One method of an API under load: what is sent, and what a good answer looks like. */
export interface Method {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The next body; where the method changes something, each may be used once before `reset`. */
  nextBody(): string;
  /** Whether an answer's body is what was asked for. */
  isRight(body: string): boolean;
  /** Puts back what was changed. */
  reset(): Promise<void>;
}
