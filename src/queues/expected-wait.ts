/** How long a caller of a queue keeps an agent, from ringing to the end of the wrap-up, before anything is known: milliseconds. */
const unknownHandlingMs = 180_000;
/** The part of what is expected that one more call decides. */
const weightOfOne = 0.1;

/**
 * What is expected of the next handling time, after one more: recent calls count more than older ones. Milliseconds.
 * @param before undefined when nothing is known yet
 */
export function nextHandlingMs(before: number | undefined, handledMs: number): number {
  const expected = before ?? unknownHandlingMs;
  return expected + weightOfOne * (handledMs - expected);
}

/**
 * How long somebody at a place in a queue is expected to wait: agents who are all busy are free again one after the other,
 * one each handling time divided by their number. Milliseconds; undefined when nobody takes calls.
 * @param place 1 is the next
 * @param agents who are logged in and not paused
 */
export function expectedWaitMs(place: number, agents: number, handlingMs = unknownHandlingMs): number | undefined {
  return agents === 0 ? undefined : Math.round((place * handlingMs) / agents);
}
