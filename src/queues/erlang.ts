/** What theory says of a queue with Poisson arrivals and exponential handling times. */
export interface QueueTheory {
  /** The share of callers who find all agents busy. */
  readonly waiting: number;
  /** The share of callers who hang up before they are answered. */
  readonly abandoned: number;
  /** How long callers wait on average, those too who do not wait at all. */
  readonly meanWaitMs: number;
}

/**
 * Erlang C (A. K. Erlang 1917): callers wait for ever.
 * @param load arrivals a handling time, in erlangs: less than the agents, or no queue is long enough
 */
export function erlangC(agents: number, load: number, handlingMs: number): QueueTheory {
  const busy = erlangB(agents, load);
  const waiting = busy / (1 - (load / agents) * (1 - busy));
  return { waiting, abandoned: 0, meanWaitMs: (waiting * handlingMs) / (agents - load) };
}

/**
 * Erlang A (C. Palm 1946): callers wait as long as their patience, which is exponential too. The share of each number of
 * callers follows from the one before it: they come at one rate, and leave by agents who are done or impatient.
 */
export function erlangA(agents: number, load: number, handlingMs: number, patienceMs: number): QueueTheory {
  let share = 1;
  let [all, full, queued] = [1, agents === 0 ? 1 : 0, 0];
  for (let callers = 1; callers <= agents || share > Number.EPSILON * all; callers++) {
    const waiting = Math.max(0, callers - agents);
    share *= load / (Math.min(callers, agents) + (waiting * handlingMs) / patienceMs);
    all += share;
    if (callers >= agents) full += share;
    queued += waiting * share;
  }
  const meanWaitMs = ((queued / all) * handlingMs) / load;
  return { waiting: full / all, abandoned: meanWaitMs / patienceMs, meanWaitMs };
}

/** Erlang B: the share of callers who find all agents busy where nobody can wait; its recursion in the agents. */
function erlangB(agents: number, load: number): number {
  let busy = 1;
  for (let n = 1; n <= agents; n++) busy = (load * busy) / (n + load * busy);
  return busy;
}
