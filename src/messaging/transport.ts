/**
 * What came of handing a message to a provider: it took it; it will never take this one; or it could not now. Only
 * the last is tried again.
 */
export type Delivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A way out of the house. `send` never rejects and answers within half a minute; `close` lets go of its connections. */
export interface Transport<M> {
  send(message: M): Promise<Delivery>;
  close(): void;
}

export interface OutgoingEmail {
  /** The same each time the message is tried, so that a repetition can be recognised. */
  readonly reference: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: Buffer;
  }[];
  readonly createdAt: Date;
}

export interface OutgoingSms {
  readonly reference: string;
  /** E.164 */
  readonly to: string;
  readonly text: string;
  readonly createdAt: Date;
}

export interface OutgoingPush {
  readonly reference: string;
  readonly tenantId: number;
  readonly subscription: number;
  readonly title: string;
  readonly text: string;
  /** What is opened when the message is touched. */
  readonly link: string | undefined;
}

export const delivered: Delivery = { kind: 'delivered' };

export function failed(error: unknown): Delivery {
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
}
