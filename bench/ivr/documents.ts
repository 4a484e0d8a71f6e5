import type { Contestant } from './contestant.ts';

/**
 * Hands out callers' documents. Invoices may be heard again and again; an unlock is granted once a month, so a document
 * that was given for one is given to nobody else on the same database, nor for the invoices of a suspended contract.
 */
export class Documents {
  readonly #forInvoices: readonly string[];
  readonly #forUnlock: readonly string[];
  #next = 0;
  readonly #unlocked = new Map<string, number>();

  constructor(documents: readonly string[]) {
    const half = Math.floor(documents.length / 2);
    this.#forInvoices = documents.slice(0, half);
    this.#forUnlock = documents.slice(half);
  }

  toHearInvoices(count: number): string[] {
    return Array.from({ length: count }, () => this.#forInvoices[this.#next++ % this.#forInvoices.length] ?? '');
  }

  /** @throws Error when there are none left */
  toUnlock({ databaseUrl }: Contestant, count: number): string[] {
    const from = this.#unlocked.get(databaseUrl) ?? 0;
    const given = this.#forUnlock.slice(from, from + count);
    if (given.length < count) throw new Error('There are no more contracts to unlock: use fewer rounds or calls');
    this.#unlocked.set(databaseUrl, from + count);
    return given;
  }
}
