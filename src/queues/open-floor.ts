import { createRoster, type Journal, type Roster, readAgents, shownOf } from '../agents/service.ts';
import type { CallLog } from '../calls/service.ts';
import type { Exchange } from '../exchange/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import { readLastTalks, readOpenCallbacks, readOpenQueueCalls, readWasAnswered, writeSurvey } from './call-store.ts';
import { Callbacks, type CallFrom } from './callbacks.ts';
import { Callers } from './callers.ts';
import { Floor } from './floor.ts';
import type { LiveQueue } from './schemas.ts';
import type { QueueFloor } from './service.ts';
import { readMembers, readQueues } from './store.ts';
import { createWrapUps } from './wrap-up.ts';

interface Parts {
  readonly db: Database;
  readonly exchange: Pick<Exchange, 'tenantId' | 'openingHours'>;
  readonly journal: Journal;
  readonly callLog: Pick<CallLog, 'phones' | 'openCallOn' | 'note'>;
  readonly callFrom: CallFrom;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly withDemo: boolean;
  /** Whether calls can be placed now, and it is this control plane that places them. */
  readonly mayDecide: () => boolean;
}

/** Q.850, requested circuit not available: what the exchange says of a phone that it does not hear any more. */
const notHeard = 44;

/** A caller who comes back to a queue does not wait longer for what is known of it. */
const databaseMs = 500;

/** The queues of a tenant and the agents who serve them, as the database has them; nobody is rung before `reconcile`. */
export async function openFloor(parts: Parts): Promise<QueueFloor & { readonly roster: Roster }> {
  const { db, journal, callLog, clock, ids, logger, exchange } = parts;
  const { tenantId } = exchange;
  const phones = callLog.phones(tenantId);
  const roster = createRoster({ tenantId, journal, clock, ids, logger });
  let isReconciled = false;
  const floor = new Floor({
    roster,
    clock,
    logger,
    mayDecide: () => isReconciled && parts.mayDecide(),
    isInCall: (extension) => phones.has(extension),
  });
  const openingHours = (name: string) => exchange.openingHours(name);
  const callers = new Callers({ tenantId, floor, callLog, roster, journal, clock, ids, openingHours });
  const callbacks = new Callbacks({ tenantId, floor, journal, clock, logger, callFrom: parts.callFrom });
  const wrapUp = createWrapUps({ roster, floor, clock, logger });
  roster.onChange((agent, before) => {
    if (before.state !== 'talking' || agent.state === 'talking') return;
    // Who logs out in a talk goes on talking: the caller's row has all of it.
    if (agent.state !== 'logged_out') callers.agentLeft(before, agent.since ?? clock.now());
  });

  async function reload(anew = false): Promise<void> {
    const [queues, members] = await Promise.all([readQueues(db, tenantId), readMembers(db, tenantId)]);
    roster.reload(await readAgents(db, tenantId, parts.withDemo), anew);
    floor.setQueues(queues, members);
    callers.lookAgain();
    callbacks.dropStrays();
  }

  /** Calls that phones are about to be in, by their extensions. */
  const joining = new Map<string, string>();

  /**
   * An agent talks as long as some leg of the call is at the agent's phone.
   * @param endOf when a call's legs were gone, where that is known
   * @returns whose talks ended
   */
  function endTalksWithoutLegs(endOf: (callId: string) => Date | undefined = () => undefined): number[] {
    const ended: number[] = [];
    // What agents do is read anew by the first reconciliation, which ends these talks itself.
    if (!isReconciled) return ended;
    const isThere = (extension: string, callId: string): boolean => {
      if (phones.get(extension)?.has(callId) !== true) return joining.get(extension) === callId;
      joining.delete(extension);
      return true;
    };
    for (const { id, extension = '', state, callId = '', queue } of roster.all) {
      if (state !== 'talking' || isThere(extension, callId)) continue;
      if (roster.move(id, 'hang_up', { queue, callId, at: endOf(callId) })) ended.push(id);
    }
    callers.endTalks(isThere, endOf);
    return ended;
  }

  /** Takes up what was left, at the last moment: until this connection another process may have had the calls. */
  async function restore(): Promise<void> {
    await reload(true);
    callers.restore(await readOpenQueueCalls(db, tenantId), await readLastTalks(db, tenantId));
    callbacks.restore(await readOpenCallbacks(db, tenantId));
    callbacks.dropStrays();
    for (const agent of roster.all) wrapUp(agent);
  }

  await reload();

  return {
    roster,
    settings: (number) => floor.queues.get(number),
    enter: (call, number) => callers.enter(call, number),
    waitingIn: (callId) => callers.waitingIn(callId),
    async wasAnswered(callId, since) {
      const read = readWasAnswered(db, tenantId, callId, since).catch((error: unknown) => {
        logger.warn({ err: error, callId }, 'it is not known whether a call was answered already: it waits again');
        return false;
      });
      const late = new AbortController();
      const isLate = clock.sleep(databaseMs, late.signal).then(
        () => false,
        () => false,
      );
      return Promise.race([read, isLate]).finally(() => late.abort());
    },
    talkingIn: (callId) => callers.talkingIn(callId),
    move: (callId, from, to) => callers.move(callId, from, to),
    talksTo: (callId, number, extension) => callers.talksTo(callId, number, extension),
    talkOver: (callId) => callers.talkOver(callId),
    joined(callId, into, extension) {
      if (callers.joined(callId, into, extension)) joining.set(extension, into);
    },
    keepPlace(callId, number) {
      const place = callers.takeForCallback(callId);
      if (place !== undefined) callbacks.add(place, number);
      return place !== undefined;
    },
    surveyed(callId, score) {
      const answer = { callId, score, at: clock.now() };
      journal.write(async (transaction) => {
        await writeSurvey(transaction, tenantId, answer);
        return [];
      });
    },
    legChanged(change) {
      if (change.kind === 'answered') {
        const callId = callLog.openCallOn(change.callerId)?.id;
        if (callId !== undefined) callbacks.answered(callId, change.legId.startsWith('clicked'));
      }
      if (change.kind !== 'ended') return;
      for (const agentId of endTalksWithoutLegs(() => change.at)) {
        if (change.cause === notHeard) roster.move(agentId, 'pause', { reason: 'phone_unreachable' });
      }
      floor.decideSoon();
    },
    callEnded(callId, lost, at) {
      callers.callEnded(callId, lost, at);
      callbacks.callEnded(callId);
      for (const [extension, into] of joining) if (into === callId) joining.delete(extension);
      endTalksWithoutLegs(() => at);
      floor.decideSoon();
    },
    async reconcile(openCalls, ends) {
      if (!isReconciled) await restore();
      isReconciled = true;
      callers.reconcile(openCalls, ends);
      endTalksWithoutLegs((callId) => ends.get(callId));
      for (const { id, state } of roster.all) {
        if (state === 'ringing' && !floor.isOffered(id)) roster.move(id, 'release');
      }
      callbacks.reconcile(openCalls);
      floor.decideSoon();
    },
    reload: () => reload(),
    live: () => [...floor.queues.keys()].map(liveQueue),
  };

  function liveQueue(number: string): LiveQueue {
    const now = clock.now().getTime();
    const line = floor.line(number);
    const waiting = line.map(({ waiter, ringing }, n) => ({
      callId: waiter.callId ?? waiter.id,
      callerNumber: callers.numberOf(waiter.id) ?? null,
      isCallback: waiter.callId === undefined,
      position: n + 1,
      since: waiter.since.toISOString(),
      priority: waiter.priority,
      ringing: ringing.map(({ code }) => code),
    }));
    return {
      number,
      name: floor.queues.get(number)?.name ?? '',
      waiting,
      longestWaitMs: Math.max(0, ...line.map(({ waiter }) => now - waiter.since.getTime())),
      expectedWaitMs: callers.expectedWaitMs(number, line.length + 1) ?? null,
      agents: floor.staff(number).map(shownOf),
    };
  }
}
