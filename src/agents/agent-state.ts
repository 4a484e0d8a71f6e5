/** What an agent does, and what may become of that: the one table. */

export const agentStates = ['logged_out', 'logged_in', 'available', 'paused', 'ringing', 'talking', 'wrap_up'] as const;
export type AgentStateName = (typeof agentStates)[number];

const loggedIn = agentStates.filter((state) => state !== 'logged_out');

interface Move {
  readonly from: readonly AgentStateName[];
  readonly to: AgentStateName;
}

const moves = {
  log_in: { from: ['logged_out'], to: 'logged_in' },
  make_ready: { from: ['logged_in', 'paused', 'wrap_up'], to: 'available' },
  /** A pause may follow another, for another reason. */
  pause: { from: ['logged_in', 'available', 'paused', 'wrap_up'], to: 'paused' },
  ring: { from: ['available'], to: 'ringing' },
  /** The call went elsewhere, or was not answered. */
  release: { from: ['ringing'], to: 'available' },
  answer: { from: ['ringing'], to: 'talking' },
  hang_up: { from: ['talking'], to: 'wrap_up' },
  /** The exchange has the agent in a talk, whatever we remember. */
  find_talking: { from: loggedIn, to: 'talking' },
  log_out: { from: loggedIn, to: 'logged_out' },
} as const satisfies Record<string, Move>;

export type AgentMove = keyof typeof moves;

/** The state an agent is in after a move; undefined where there is no such move. */
export function moved(state: AgentStateName, move: AgentMove): AgentStateName | undefined {
  const { from, to }: Move = moves[move];
  return from.includes(state) ? to : undefined;
}

/** Whether a call keeps the agent, so that a pause has to wait for its end. */
export function isInCall(state: AgentStateName): boolean {
  return state === 'ringing' || state === 'talking';
}
