import { goAhead } from '../../src/kernel/priority.ts';
import { emptyHomes } from '../ivr/places.ts';
import { type Contestant, crewOf, startAppQueue, startOurs } from './contestants.ts';
import { openDeafPort } from './deaf-port.ts';
import { type Reaction, type Rush, Rushed } from './reaction.ts';

/** What is measured, on which floor. */
export interface LivePlan {
  /** Who serves the queue, on the phone or paused: all are registered. */
  readonly members: number;
  readonly rush: Rush;
  /** For our control plane, such as those of Node's profiler. */
  readonly nodeOptions: string;
}

/** Starts both systems with the same members, and gives each its rush in turn, the other one idle meanwhile. */
export async function measureLive({ members, rush, nodeOptions }: LivePlan, turns: number): Promise<Reaction[]> {
  const crew = crewOf(members);
  await emptyHomes();
  const deaf = await openDeafPort();
  const contestants: Contestant[] = [];
  const rushed: Rushed[] = [];
  try {
    contestants.push(await startOurs(crew, nodeOptions));
    contestants.push(await startAppQueue(crew, rush.atWork));
    // Phones are other machines: they hear at once what they are told, however busy this one is.
    goAhead();
    for (const contestant of contestants) {
      const phones = await Rushed.open(contestant, deaf.port);
      rushed.push(phones);
      await phones.register(crew);
      await contestant.begin(rush.atWork);
    }
    const reactions: Reaction[] = [];
    for (let turn = 0; turn < turns; turn++) for (const phones of rushed) reactions.push(await phones.round(rush));
    return reactions;
  } finally {
    for (const phones of rushed) phones.close();
    for (const contestant of contestants) await contestant.stop();
    await deaf.close();
  }
}
