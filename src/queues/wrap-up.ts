import type { Agent, Roster } from '../agents/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Floor } from './floor.ts';

interface Parts {
  readonly roster: Roster;
  readonly floor: Pick<Floor, 'queues'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Ends each agent's wrap-up when the queue's time for it is over, also one that began before the process did.
 * @returns looks at an agent whose state may be a wrap-up
 */
export function createWrapUps({ roster, floor, clock, logger }: Parts): (agent: Agent) => void {
  async function follow({ id, since, queue }: Agent): Promise<void> {
    const seconds = floor.queues.get(queue ?? '')?.wrapUpSeconds ?? 0;
    const now = clock.now();
    const leftMs = (since ?? now).getTime() + seconds * 1_000 - now.getTime();
    // Even without any it is not over before everybody has heard that it began.
    await (leftMs > 0 ? clock.sleep(leftMs) : Promise.resolve());
    const agent = roster.byId(id);
    if (agent?.state !== 'wrap_up' || agent.since !== since) return;
    if (agent.nextPause === undefined) roster.move(id, 'make_ready');
    else roster.move(id, 'pause', { reason: agent.nextPause });
  }

  const begin = (agent: Agent): void => {
    if (agent.state !== 'wrap_up') return;
    follow(agent).catch((error: unknown) => logger.error({ err: error, agent: agent.code }, 'a wrap-up does not end'));
  };
  roster.onChange((agent, before) => {
    if (before.since !== agent.since) begin(agent);
  });
  return begin;
}
