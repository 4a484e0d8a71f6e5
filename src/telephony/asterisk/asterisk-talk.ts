import type { Talk } from '../port.ts';

/** A caller and an extension in one bridge. */
export class AsteriskTalk implements Talk {
  readonly extension: string;
  readonly legId: string;
  readonly ended: Promise<'agent' | 'caller'>;
  readonly end: (by: 'agent' | 'caller') => void;
  /** Taken apart: both sides are still there, and nobody's to be hung up for its sake. */
  isParted = false;

  constructor(extension: string, legId: string) {
    this.extension = extension;
    this.legId = legId;
    const { promise, resolve } = Promise.withResolvers<'agent' | 'caller'>();
    this.ended = promise;
    this.end = resolve;
  }
}
