import type { ReadyAgent, SkillNeed, WaitingCaller } from './snapshot.ts';

/** Whether an agent may be offered a caller at an instant: skilled enough for who has waited so long, and not excluded. */
export function isAble(agent: ReadyAgent, caller: WaitingCaller, nowMs: number): boolean {
  if ((caller.excluded.get(agent.id) ?? nowMs) > nowMs) return false;
  const waitedMs = nowMs - caller.sinceMs;
  for (const need of caller.needs) {
    const level = need.levels[stepsRelaxed(need, waitedMs)]?.level ?? 0;
    if (level > (agent.skills.get(need.skill) ?? 0)) return false;
  }
  return true;
}

/** How many steps of their needs callers have left behind: of those with the same needs, they tell who needs the same now. */
export type NeedsClass = number;

/** In which class of its needs a caller is at an instant. */
export function needsClass(caller: WaitingCaller, nowMs: number): NeedsClass {
  let relaxed = 0;
  for (const need of caller.needs) relaxed += stepsRelaxed(need, nowMs - caller.sinceMs);
  return relaxed;
}

/** When a caller next may be offered to somebody who was not able before; infinite: never. */
export function nextChangeMs(caller: WaitingCaller, nowMs: number): number {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const need of caller.needs) {
    const step = need.levels[stepsRelaxed(need, nowMs - caller.sinceMs) + 1];
    if (step !== undefined) nextMs = Math.min(nextMs, caller.sinceMs + step.afterMs);
  }
  for (const untilMs of caller.excluded.values()) if (untilMs > nowMs) nextMs = Math.min(nextMs, untilMs);
  return nextMs;
}

/** How many steps of a need a wait has left behind. */
function stepsRelaxed({ levels }: SkillNeed, waitedMs: number): number {
  let step = 0;
  while (step + 1 < levels.length && (levels[step + 1]?.afterMs ?? 0) <= waitedMs) step++;
  return step;
}
