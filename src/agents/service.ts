import type { AgentOperation, OperationRange } from './operations.ts';
import type { AgentChange, AgentWords, Disposition, NewAgent, ShownAgent } from './schemas.ts';

export { readAgentWords, writeAgentWords } from './agent-words.ts';
export { createAgents } from './agents.ts';
export { createJournal, type Journal } from './journal.ts';
export type { AgentOperation } from './operations.ts';
export { watchPhones } from './phone-watch.ts';
export { type Agent, createRoster, type Roster, shownOf } from './roster.ts';
export { readAgents } from './store.ts';

/** Reads what a tenant's queues and agents are made of, after it was changed. */
export type Reload = () => Promise<void>;

/**
 * The agents of one tenant: what programs and phones may do with them. Every act is stored when its promise resolves, or
 * rejects with AppError `database_unavailable` though it is done; `not_found` for an agent that is not there.
 */
export interface Agents {
  list(): readonly ShownAgent[];
  find(code: string): ShownAgent;
  /** Who is logged in at an extension. */
  at(extension: string): ShownAgent | undefined;
  /** @throws AppError `conflict` when the code is taken */
  create(agent: NewAgent): Promise<ShownAgent>;
  /** One that is switched off is logged out. Agents are not removed: what they did stays in reports. */
  change(code: string, change: AgentChange): Promise<ShownAgent>;
  /**
   * Lets an agent take calls at an extension, and nowhere else any more.
   * @param at the PIN is left out where somebody with more rights does it
   * @throws AppError `forbidden` for a wrong PIN, `too_many_requests` after five; `not_found` for the extension; `conflict`
   * when another agent is there, or this one is in a call elsewhere
   */
  logIn(code: string, at: { readonly extension: string; readonly pin?: string | undefined }): Promise<ShownAgent>;
  /** The talk that goes on goes on. @throws AppError `conflict` when not logged in, as the next two */
  logOut(code: string, reason?: string): Promise<ShownAgent>;
  /** Takes no calls; in a call, from its end on. @throws AppError `bad_request` for a reason that is not among the tenant's */
  pause(code: string, reason: string): Promise<ShownAgent>;
  /** As it is keyed at a phone. @param digit empty: none @throws AppError `bad_request` where it stands for no reason */
  pauseByKey(code: string, digit: string): Promise<ShownAgent>;
  /** The words that agents choose among. */
  words(): Promise<AgentWords>;
  /** Puts these in the place of all there were. What was said before stays. */
  setWords(words: AgentWords): Promise<void>;
  /**
   * Says what a call was about that the agent had by way of a queue, in the talk or after it.
   * @throws AppError `not_found`; `bad_request` for what is none of the tenant's dispositions
   */
  setDisposition(code: string, callId: string, tabs: Disposition): Promise<void>;
  /** Logins, logouts and pauses; see `readOperations`. */
  operations(range: OperationRange): Promise<AgentOperation[]>;
  /** Takes calls, after a pause or before the wrap-up is over. */
  makeReady(code: string): Promise<ShownAgent>;
}
