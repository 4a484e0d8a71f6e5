import type { Access } from '../../erp/port.ts';
import type { ContractState } from '../subscribers/contract-state.ts';

/** Work going on somewhere on a contract's way to the network. */
export interface MaintenanceOnPath {
  readonly description: string;
  readonly expectedEnd: Date | undefined;
  /** Whether the concentrator itself is being worked on, and not something before it. */
  readonly ofConcentrator: boolean;
}

/**
 * What a concentrator told of a session that accounting holds open. `undecided`: it was not asked, has never answered
 * since it was set up, or did not say. `silent`: it has answered before, and does not now.
 */
export type ConcentratorAnswer = 'known' | 'unknown' | 'undecided' | 'silent';

/** What accounting hears of one concentrator. */
export interface AccountingNews {
  /** When one of its open sessions was last heard of. */
  readonly heardAt: Date;
  /** How often its sessions are usually heard of; undefined when it sends no interim updates. */
  readonly usualIntervalMs: number | undefined;
}

/** An open session of a contract, as accounting and its concentrator see it. */
export interface SessionFacts {
  readonly answer: Exclude<ConcentratorAnswer, 'unknown'>;
  /** When accounting last heard of it. */
  readonly seenAt: Date;
  /** Of its concentrator, where `newsNeeded`. */
  readonly news: AccountingNews | undefined;
}

export interface AccessFacts {
  readonly state: ContractState;
  /** The open session of the contract's login; one that its concentrator does not know is none. */
  readonly session: SessionFacts | undefined;
  readonly maintenance: readonly MaintenanceOnPath[];
}

/** Updates are lost one at a time; a session that misses three in a row, and a quarter of an hour, is not there. */
const missedUpdates = 3;
const shortestOverdueMs = 15 * 60_000;
/** When none of a concentrator's sessions was heard of for so much of an interval, each of them has missed its update. */
const quietIntervals = 1.5;
/** No concentrator sends updates more often (RFC 2869 §5.16). */
const shortestIntervalMs = 60_000;

/**
 * What a caller hears of their connection. Maintenance comes first, because it explains whatever else is seen; then the
 * session; then a contract that may not use the network at all, which no technician could help.
 */
export function accessOf(facts: AccessFacts, now: Date): Access {
  const concentrator = facts.maintenance.filter((work) => work.ofConcentrator);
  const works = concentrator.length > 0 ? concentrator : facts.maintenance;
  if (works.length > 0) {
    return {
      state: concentrator.length > 0 ? 'concentrator_down' : 'maintenance',
      message: works.map((work) => work.description).join('; '),
      forecast: returnOf(works, now),
    };
  }
  const state = facts.session === undefined ? 'offline' : sessionState(facts.session, now);
  if (state === 'offline' && !mayConnect(facts.state)) {
    return { state: 'other', message: 'O serviço não está habilitado', forecast: undefined };
  }
  return { state, message: messages[state], forecast: undefined };
}

const messages = {
  online: undefined,
  offline: undefined,
  concentrator_down: 'O concentrador não responde',
  other: 'Não foi possível verificar a conexão no concentrador',
} as const;

/**
 * What an open session means. The concentrator's word counts most. That it is silent proves nothing by itself: a
 * filter, a changed secret or three lost packets look the same, and half a town would hear of an outage that is none. Only
 * when accounting, which comes another way, has stopped for all of its sessions as well, is it said to be down. What
 * cannot be told is `other`, never `online`.
 *
 * Where the concentrator tells nothing, the row decides, unless updates that used to come do not: of this session alone,
 * then it has gone and its Stop was lost; of all sessions there, then it is the news that has stopped.
 */
function sessionState({ answer, seenAt, news }: SessionFacts, now: Date): keyof typeof messages {
  if (answer === 'known') return 'online';
  const intervalMs = news?.usualIntervalMs;
  if (intervalMs !== undefined && sinceMs(news?.heardAt, now) > quietIntervals * intervalMs) {
    return answer === 'silent' ? 'concentrator_down' : 'other';
  }
  if (answer === 'silent') return 'other';
  const overdueMs = Math.max(shortestOverdueMs, missedUpdates * (intervalMs ?? Infinity));
  return sinceMs(seenAt, now) > overdueMs ? 'offline' : 'online';
}

/** Whether the state of a session cannot be told without what accounting hears of its concentrator. */
export function newsNeeded(answer: ConcentratorAnswer, seenAt: Date, now: Date): boolean {
  return answer === 'silent' || (answer === 'undecided' && sinceMs(seenAt, now) > quietIntervals * shortestIntervalMs);
}

function sinceMs(instant: Date | undefined, now: Date): number {
  return instant === undefined ? Infinity : now.getTime() - instant.getTime();
}

/** Whether a contract in this state may use the network. */
export function mayConnect(state: ContractState): boolean {
  return state === 'active' || state === 'reduced' || state === 'migrating';
}

/** Service is back when the last work is done; unknown when one has no forecast or is already late. */
function returnOf(works: readonly MaintenanceOnPath[], now: Date): Date | undefined {
  let last: Date | undefined;
  for (const { expectedEnd } of works) {
    if (expectedEnd === undefined || expectedEnd <= now) return undefined;
    if (last === undefined || expectedEnd > last) last = expectedEnd;
  }
  return last;
}
