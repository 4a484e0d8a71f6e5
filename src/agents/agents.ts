import { hashPassword, isPassword } from '../access/service.ts';
import type { Exchange } from '../exchange/service.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { isInCall } from './agent-state.ts';
import { assertDisposition, assertPause, pauseOf, readAgentWords, writeAgentWords } from './agent-words.ts';
import type { Journal } from './journal.ts';
import { readOperations } from './operations.ts';
import { type Agent, type Roster, shownOf } from './roster.ts';
import type { AgentChange, NewAgent, ShownAgent } from './schemas.ts';
import type { Agents, Reload } from './service.ts';
import { addAgent, changeAgent, readPinHash, writeDisposition } from './store.ts';

interface Parts {
  readonly db: Database;
  readonly exchange: Pick<Exchange, 'tenantId' | 'extension'>;
  readonly roster: Roster;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Reads agents again, after they were changed. */
  readonly reload: Reload;
}

/** Wrong PINs in a row for one agent, after which none is looked at for a while. */
const mostWrongPins = 5;
const lockedMs = 60_000;

/** The agents of a tenant. */
export function createAgents({ db, exchange, roster, journal, clock, reload }: Parts): Agents {
  const { tenantId } = exchange;
  const wrongPins = new Map<string, { count: number; lastMs: number }>();

  function known(code: string): Agent {
    const agent = roster.byCode(code);
    if (agent === undefined) throw new AppError('not_found', `There is no agent ${code}.`);
    return agent;
  }

  function loggedIn(code: string): Agent {
    const agent = known(code);
    if (agent.state === 'logged_out') throw new AppError('conflict', `Agent ${code} is not logged in.`);
    return agent;
  }

  async function shown(code: string): Promise<ShownAgent> {
    await journal.stored();
    return shownOf(known(code));
  }

  async function assertPin(code: string, pin: string): Promise<void> {
    const wrong = wrongPins.get(code);
    const nowMs = clock.now().getTime();
    if (wrong !== undefined && wrong.count >= mostWrongPins && nowMs - wrong.lastMs < lockedMs) {
      const message = 'Too many wrong PINs. Wait a minute and try again.';
      throw new AppError('too_many_requests', message, { retryAfterMs: lockedMs });
    }
    if (await isPassword(await readPinHash(db, tenantId, code), pin)) return void wrongPins.delete(code);
    // Whose code is guessed counts too, but codes that are nobody's must not fill the memory.
    if (roster.byCode(code) !== undefined) wrongPins.set(code, { count: (wrong?.count ?? 0) + 1, lastMs: nowMs });
    throw new AppError('forbidden', 'The code of the agent or the PIN is wrong.');
  }

  return {
    list: () => roster.all.map(shownOf),
    find: (code) => shownOf(known(code)),
    at(extension) {
      const agent = roster.at(extension);
      return agent === undefined ? undefined : shownOf(agent);
    },
    async create({ pin, ...agent }: NewAgent) {
      if (!(await addAgent(db, tenantId, { ...agent, pinHash: await hashPassword(pin) }))) {
        throw new AppError('conflict', `There is an agent ${agent.code} already. Choose another code.`);
      }
      await reload();
      return shownOf(known(agent.code));
    },
    async change(code, { pin, ...change }: AgentChange) {
      const pinHash = pin === undefined ? {} : { pinHash: await hashPassword(pin) };
      if (!(await changeAgent(db, tenantId, code, { ...change, ...pinHash }))) {
        throw new AppError('not_found', `There is no agent ${code}.`);
      }
      await reload();
      return shown(code);
    },
    async logIn(code, { extension, pin }) {
      if (pin !== undefined) await assertPin(code, pin);
      const agent = known(code);
      if (!agent.enabled) throw new AppError('conflict', `Agent ${code} is switched off.`);
      if (exchange.extension(extension) === undefined) {
        throw new AppError('not_found', `There is no extension ${extension}.`);
      }
      if (agent.extension === extension) return shownOf(agent);
      const other = roster.at(extension);
      if (other !== undefined) throw new AppError('conflict', `Agent ${other.code} is logged in at ${extension}.`);
      if (isInCall(agent.state)) throw new AppError('conflict', `Agent ${code} is in a call at ${agent.extension}.`);
      roster.move(agent.id, 'log_out', { reason: 'moved' });
      roster.move(agent.id, 'log_in', { extension });
      roster.move(agent.id, 'make_ready');
      return shown(code);
    },
    async logOut(code, reason) {
      roster.move(loggedIn(code).id, 'log_out', { reason });
      return shown(code);
    },
    async pause(code, reason) {
      assertPause(await readAgentWords(db, tenantId), reason);
      const agent = loggedIn(code);
      if (isInCall(agent.state)) roster.pauseNext(agent.id, reason);
      else if (agent.state !== 'paused' || agent.reason !== reason) roster.move(agent.id, 'pause', { reason });
      return shown(code);
    },
    async pauseByKey(code, digit) {
      return this.pause(code, pauseOf(await readAgentWords(db, tenantId), digit));
    },
    words: () => readAgentWords(db, tenantId),
    setWords: (words) => writeAgentWords(db, tenantId, words),
    async setDisposition(code, callId, tabs) {
      const { id } = known(code);
      assertDisposition(await readAgentWords(db, tenantId), tabs);
      // The row of a talk that has just begun may still be on its way.
      await journal.stored();
      if (await writeDisposition(db, { tenantId, callId, agentId: id }, tabs)) return;
      throw new AppError('not_found', `Agent ${code} had no such call by way of a queue.`);
    },
    async operations(range) {
      await journal.stored();
      return readOperations(db, tenantId, range);
    },
    async makeReady(code) {
      const agent = loggedIn(code);
      roster.pauseNext(agent.id, undefined);
      roster.missed(agent.id, 0);
      roster.move(agent.id, 'make_ready');
      return shown(code);
    },
  };
}
