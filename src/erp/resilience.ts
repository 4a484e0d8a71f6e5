import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { type Outcome, unavailable } from '../kernel/outcome.ts';
import { admit, type BreakerEvent, type BreakerSettings, type BreakerState, closedBreaker, report } from './breaker.ts';
import type { ErpMetrics } from './erp-metrics.ts';
import type { Erp } from './port.ts';

export interface Deadlines {
  readonly lookupMs: number;
  readonly actMs: number;
}

/** 3 s is what a caller is asked to wait for a lookup; an act may take longer, since it cannot be repeated blindly. */
export const defaultDeadlines: Deadlines = { lookupMs: 3_000, actMs: 8_000 };
export const defaultBreaker: BreakerSettings = { failureLimit: 5, openMs: 5_000 };

export interface ResilienceOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ErpMetrics;
  readonly deadlines: Deadlines;
  readonly breaker: BreakerSettings;
}

/** A lookup may be asked twice; an act never is, and one that may have happened is `unknown`, not `timeout`. */
type Kind = 'lookup' | 'act';
type Unavailable = Extract<Outcome<never>, { kind: 'unavailable' }>;
type Call<O> = (signal: AbortSignal) => Promise<O>;
type Answer<O> = { readonly outcome: O | Unavailable; readonly event: BreakerEvent };

/** Why what was begun for an operation is dropped at its end. Made once: an abort without a reason makes an error each time. */
const answeredReason = new Error('the operation of the ERP is over');

/**
 * The same ERP with a deadline on every operation, a breaker, one repetition of lookups that could not reach it, and
 * figures. It never rejects: what the implementation throws becomes `unavailable`, and is logged.
 */
export function withResilience(erp: Erp, options: ResilienceOptions): Erp {
  const { clock, logger, metrics, deadlines } = options;
  let breaker = closedBreaker;

  async function run<O extends Outcome<unknown, string, string>>(
    kind: Kind,
    operation: string,
    caller: AbortSignal,
    call: Call<O>,
  ): Promise<O | Unavailable> {
    const startedAt = clock.now().getTime();
    const admission = admit(breaker, startedAt);
    turn(admission.state);
    const answer: Answer<O> =
      admission.era === undefined
        ? { outcome: unavailable('breaker_open'), event: 'abandoned' }
        : await withinDeadline(kind, operation, caller, call);
    const nowMs = clock.now().getTime();
    if (admission.era !== undefined) turn(report(breaker, admission.era, answer.event, nowMs, options.breaker));
    metrics.observe(operation, outcomeLabel(answer.outcome), (nowMs - startedAt) / 1_000);
    return answer.outcome;
  }

  function turn(next: BreakerState): void {
    if (next.kind !== breaker.kind) {
      logger.warn({ erp: erp.name, from: breaker.kind, to: next.kind }, 'the breaker of the ERP changed');
      metrics.breakerOpen(next.kind === 'open');
    }
    breaker = next;
  }

  async function withinDeadline<O extends Outcome<unknown, string, string>>(
    kind: Kind,
    operation: string,
    caller: AbortSignal,
    call: Call<O>,
  ): Promise<Answer<O>> {
    if (caller.aborted) return abandoned;
    const stop = new AbortController();
    const deadlineMs = kind === 'act' ? deadlines.actMs : deadlines.lookupMs;
    const late = clock.sleep(deadlineMs, stop.signal).then(
      (): Answer<O> => ({ outcome: unavailable(kind === 'act' ? 'unknown' : 'timeout'), event: 'failure' }),
      () => abandoned,
    );
    const gone = new Promise<Answer<O>>((resolve) => {
      caller.addEventListener('abort', () => resolve(abandoned), { signal: stop.signal });
    });
    const answered = askOnceOrTwice(kind, operation, stop.signal, call);
    try {
      return await Promise.race([answered, late, gone]);
    } finally {
      stop.abort(answeredReason);
    }
  }

  async function askOnceOrTwice<O extends Outcome<unknown, string, string>>(
    kind: Kind,
    operation: string,
    signal: AbortSignal,
    call: Call<O>,
  ): Promise<Answer<O>> {
    const first = await ask(kind, operation, signal, call);
    if (kind === 'act' || !isDown(first) || signal.aborted) return judged(first);
    return judged(await ask(kind, operation, signal, call));
  }

  async function ask<O extends Outcome<unknown, string, string>>(
    kind: Kind,
    operation: string,
    signal: AbortSignal,
    call: Call<O>,
  ): Promise<O | Unavailable> {
    try {
      return await call(signal);
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error, erp: erp.name, operation }, 'the ERP connector failed');
      return unavailable(kind === 'act' ? 'unknown' : 'down');
    }
  }

  return {
    name: erp.name,
    can: erp.can,
    answers: (caller) => run('lookup', 'answers', caller, (signal) => erp.answers(signal)),
    findByDocument: (document, caller) =>
      run('lookup', 'findByDocument', caller, (signal) => erp.findByDocument(document, signal)),
    findByContract: (id, caller) => run('lookup', 'findByContract', caller, (signal) => erp.findByContract(id, signal)),
    findByPhone: (phone, caller) => run('lookup', 'findByPhone', caller, (signal) => erp.findByPhone(phone, signal)),
    openInvoices: (id, caller) => run('lookup', 'openInvoices', caller, (signal) => erp.openInvoices(id, signal)),
    providerAlerts: (caller) => run('lookup', 'providerAlerts', caller, (signal) => erp.providerAlerts(signal)),
    checkAccess: (id, caller) => run('lookup', 'checkAccess', caller, (signal) => erp.checkAccess(id, signal)),
    findUnlock: (id, since, caller) =>
      run('lookup', 'findUnlock', caller, (signal) => erp.findUnlock(id, since, signal)),
    findTicket: (id, key, caller) => run('lookup', 'findTicket', caller, (signal) => erp.findTicket(id, key, signal)),
    sendInvoice: (act, caller) => run('act', 'sendInvoice', caller, (signal) => erp.sendInvoice(act, signal)),
    trustUnlock: (act, caller) => run('act', 'trustUnlock', caller, (signal) => erp.trustUnlock(act, signal)),
    resetSession: (id, caller) => run('act', 'resetSession', caller, (signal) => erp.resetSession(id, signal)),
    resetMac: (id, caller) => run('act', 'resetMac', caller, (signal) => erp.resetMac(id, signal)),
    openTicket: (act, caller) => run('act', 'openTicket', caller, (signal) => erp.openTicket(act, signal)),
    notifyAgent: (notice, caller) => run('act', 'notifyAgent', caller, (signal) => erp.notifyAgent(notice, signal)),
    linkCall: (link, caller) => run('act', 'linkCall', caller, (signal) => erp.linkCall(link, signal)),
  };
}

const abandoned = { outcome: unavailable('timeout', 'The caller went away.'), event: 'abandoned' } as const;

function judged<O extends Outcome<unknown, string, string>>(outcome: O | Unavailable): Answer<O> {
  return { outcome, event: outcome.kind === 'unavailable' ? 'failure' : 'success' };
}

function isDown(outcome: Outcome<unknown, string, string>): boolean {
  return outcome.kind === 'unavailable' && outcome.reason === 'down';
}

function outcomeLabel(outcome: Outcome<unknown, string, string>): string {
  return outcome.kind === 'unavailable' ? outcome.reason : outcome.kind;
}
