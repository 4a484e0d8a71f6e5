import type { LiveCall } from './live-call.ts';

/**
 * Which calls go on at which number, kept from change to change: to look through all calls for it takes longer the more of
 * them there are, and queues ask it at everything that happens.
 */
export class PhonesInCalls {
  readonly #tenants = new Map<number, Map<string, Set<string>>>();
  readonly #known = new WeakMap<LiveCall, ReadonlySet<string>>();

  /** Ids of open calls, by the numbers at which they have legs. What it says changes as calls do. */
  of(tenantId: number): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#of(tenantId);
  }

  /** Looks at a call that has begun, changed or ended. */
  follow(call: LiveCall): void {
    const before = this.#known.get(call);
    const open = call.ended ? [] : call.legs.filter((leg) => leg.ended_at === null);
    const now = new Set(open.map(({ number }) => number));
    this.#known.set(call, now);
    const { id, tenant_id: tenantId } = call.row;
    const phones = this.#of(tenantId);
    for (const number of now) {
      if (before?.has(number) === true) continue;
      const calls = phones.get(number);
      if (calls === undefined) phones.set(number, new Set([id]));
      else calls.add(id);
    }
    for (const number of before ?? []) {
      if (now.has(number)) continue;
      const calls = phones.get(number);
      calls?.delete(id);
      if (calls?.size === 0) phones.delete(number);
    }
  }

  #of(tenantId: number): Map<string, Set<string>> {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined) return known;
    const phones = new Map<string, Set<string>>();
    this.#tenants.set(tenantId, phones);
    return phones;
  }
}
