import type { Erp, Unlocked } from '../../src/erp/port.ts';
import { addDays, localDate } from '../../src/kernel/clock.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../src/kernel/outcome.ts';
import type { ManualClock } from './manual-clock.ts';

/**
 * What the network does to one request: `lost_*` breaks the connection before or after the ERP acted, `hang_*` never
 * answers within any deadline, `held_*` does not answer until `release` is called.
 */
export type Fault =
  | 'ok'
  | 'down'
  | 'lost_before'
  | 'lost_after'
  | 'hang_before'
  | 'hang_after'
  | 'held_before'
  | 'held_after';

interface Grant {
  readonly contractId: string;
  readonly at: Date;
  readonly unlocked: Unlocked;
}

/**
 * An ERP behind a bad network, as unhelpful as one can be: it knows no keys, and grants every unlock it is asked for
 * unless `unlocksPerMonth` says otherwise. What it did can be counted.
 */
export class UnreliableErp implements Erp {
  readonly name = 'unreliable';
  readonly can = { resetSession: true, resetMac: true, closeNotice: true, linkCall: true };
  /** One for each request to come; `ok` when there is none left. */
  readonly faults: Fault[] = [];
  readonly asked: string[] = [];
  readonly grants: Grant[] = [];
  readonly tickets = new Map<string, string>();
  readonly invoicesSent: string[] = [];
  readonly links: string[] = [];
  unlocksPerMonth = Number.POSITIVE_INFINITY;
  suspended = true;
  readonly #clock: ManualClock;
  readonly #timeZone: string;
  readonly #held: (() => void)[] = [];

  constructor(clock: ManualClock, timeZone: string) {
    this.#clock = clock;
    this.#timeZone = timeZone;
  }

  /** Answers everything that was held back. */
  release(): void {
    for (const answer of this.#held.splice(0)) answer();
  }

  unlocksInForce(contractId: string): Grant[] {
    const today = localDate(this.#clock.now(), this.#timeZone);
    return this.grants.filter((grant) => grant.contractId === contractId && (grant.unlocked.until ?? '') >= today);
  }

  trustUnlock(act: Parameters<Erp['trustUnlock']>[0]) {
    return this.#over('trustUnlock', (): Outcome<Unlocked, 'already_used', 'not_suspended'> => {
      const today = localDate(this.#clock.now(), this.#timeZone);
      const sameMonth = this.grants.filter(
        (grant) => localDate(grant.at, this.#timeZone).slice(0, 7) === today.slice(0, 7),
      );
      if (!this.suspended) return nothingToDo('not_suspended');
      if (sameMonth.length >= this.unlocksPerMonth) return refused('already_used');
      const protocol = String(this.grants.length + 1).padStart(14, '2026');
      const unlocked = { protocol, days: 3, until: addDays(today, 3) };
      this.grants.push({ contractId: act.contractId, at: this.#clock.now(), unlocked });
      return done(unlocked);
    });
  }

  findUnlock(contractId: string, since: Date) {
    return this.#over('findUnlock', () => {
      const found = this.grants.findLast((grant) => grant.contractId === contractId && grant.at >= since);
      return found === undefined ? nothingToDo('not_found') : done(found.unlocked);
    });
  }

  openTicket(act: Parameters<Erp['openTicket']>[0]) {
    return this.#over('openTicket', () => {
      const protocol = `2026112100000${this.tickets.size + 1}`;
      if (this.tickets.has(act.key)) throw new Error('A ticket was opened twice.');
      this.tickets.set(act.key, protocol);
      return done({ protocol });
    });
  }

  findTicket(_: string, key: string) {
    return this.#over('findTicket', () => {
      const protocol = this.tickets.get(key);
      return protocol === undefined ? nothingToDo('not_found') : done({ protocol });
    });
  }

  sendInvoice(act: Parameters<Erp['sendInvoice']>[0]) {
    return this.#over('sendInvoice', () => {
      this.invoicesSent.push(act.key);
      return done({ protocol: undefined, to: undefined });
    });
  }

  linkCall(link: Parameters<Erp['linkCall']>[0]) {
    return this.#over('linkCall', () => {
      this.links.push(`${link.ticket.protocol} ${link.url}`);
      return done(null);
    });
  }

  answers = () => this.#over('answers', () => done(null));
  findByDocument = () => this.#over('findByDocument', () => nothingToDo('not_found'));
  findByContract = () => this.#over('findByContract', () => nothingToDo('not_found'));
  findByPhone = () => this.#over('findByPhone', () => nothingToDo('not_found'));
  openInvoices = () => this.#over('openInvoices', () => done([]));
  providerAlerts = () => this.#over('providerAlerts', () => done([]));
  checkAccess = () => this.#over('checkAccess', () => nothingToDo('not_found'));
  resetSession = () => this.#over('resetSession', () => done(null));
  resetMac = () => this.#over('resetMac', () => done(null));
  notifyAgent = () => this.#over('notifyAgent', () => done(null));

  async #over<T>(operation: string, act: () => T): Promise<T | ReturnType<typeof unavailable>> {
    this.asked.push(operation);
    const fault = this.faults.shift() ?? 'ok';
    if (fault === 'down') return unavailable('down');
    const answer = fault.endsWith('_before') ? undefined : act();
    if (fault.startsWith('lost')) throw new Error('read ECONNRESET');
    if (fault.startsWith('hang')) {
      this.#clock.advance(60_000);
      return new Promise(() => {});
    }
    if (fault.startsWith('held')) await new Promise<void>((resolve) => this.#held.push(resolve));
    return answer ?? act();
  }
}
