import { setTimeout as sleep } from 'node:timers/promises';
import { dialplan } from '../../src/telephony/asterisk/runtime/dialplan.ts';
import { type Spread, spread } from '../ivr/figures.ts';
import { cpuMsOf } from '../ivr/process-tree.ts';
import { type Crowd, type Line, talk } from './phones.ts';

/** A call from extension to extension, as it is or recorded. */
export type Way = 'talked' | 'recorded';

/** Plain dialplan keeps a recording as ours does, both sides apart, or as one track. */
export type Name = 'ours' | 'plain dialplan' | 'plain dialplan, one track';

/** A system that is measured. */
export interface Contestant extends Line {
  readonly name: Name;
  /** What it is measured in. */
  readonly ways: readonly Way[];
  /** Process ids by part; everything that each starts counts. */
  readonly parts: Readonly<Record<string, number>>;
  /** What is dialled, after whatever else must be done so that the calls that follow go this way. */
  prepare(way: Way): Promise<string>;
  /** Waits until so many more calls are recorded, and all that belongs to them is done. */
  settled(way: Way, calls: number): Promise<void>;
}

export const plainNumbers = { talked: '1001', recorded: '81001', oneTrack: '91001' } as const;

/** The same in plain dialplan: `Dial`, and `MixMonitor` for a call that is recorded; a file of two tracks is raw there. */
export const plainDialplan = `[general]
static=yes
writeprotect=yes

[${dialplan.fromExtension}]
exten => ${plainNumbers.talked},1,Dial(\${PJSIP_DIAL_CONTACTS(1001)},30)
 same => n,Hangup()
exten => ${plainNumbers.recorded},1,MixMonitor(\${UNIQUEID}.raw,D)
 same => n,Dial(\${PJSIP_DIAL_CONTACTS(1001)},30)
 same => n,Hangup()
exten => ${plainNumbers.oneTrack},1,MixMonitor(\${UNIQUEID}.wav)
 same => n,Dial(\${PJSIP_DIAL_CONTACTS(1001)},30)
 same => n,Hangup()
`;

/** Processor time of a call in ms, by part and in all. */
export interface Round {
  readonly contestant: Name;
  readonly way: Way;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** Talks in turn over each, round after round, each time in the other order. */
export async function measureTalks(contestants: readonly Contestant[], rounds: number, crowd: Crowd): Promise<Round[]> {
  const measured: Round[] = [];
  // Code is compiled and caches are full then.
  for (const contestant of contestants) await measureRound(contestant, 'recorded', crowd);
  for (const way of ['talked', 'recorded'] as const) {
    const able = contestants.filter(({ ways }) => ways.includes(way));
    for (let round = 0; round < rounds; round++) {
      const inTurn = round % 2 === 0 ? able : able.toReversed();
      for (const contestant of inTurn) measured.push(await measureRound(contestant, way, crowd));
    }
  }
  return measured;
}

async function measureRound(contestant: Contestant, way: Way, crowd: Crowd): Promise<Round> {
  const number = await contestant.prepare(way);
  const before = cpuMsOf(contestant.parts);
  await talk(contestant, number, crowd);
  await contestant.settled(way, crowd.calls);
  // What the last call leaves to be written.
  await sleep(1_000);
  const after = cpuMsOf(contestant.parts);
  const perCall = Object.keys(after).map((part) => [part, ((after[part] ?? 0) - (before[part] ?? 0)) / crowd.calls]);
  return { contestant: contestant.name, way, cpuMs: Object.fromEntries(perCall) };
}

/** What a call of a way costs ours and another one, and ours to that, of the rounds that belong together. */
export interface Comparison {
  readonly ours: Spread;
  readonly other: Spread;
  readonly ratio: Spread;
}

export function compare(rounds: readonly Round[], way: Way, name: Name): Comparison {
  const of = (one: Name): number[] =>
    rounds
      .filter((round) => round.way === way && round.contestant === one)
      .map(({ cpuMs }) => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0));
  const [ours, other] = [of('ours'), of(name)];
  const ratios = ours.map((ms, round) => ms / (other[round] ?? Number.NaN));
  return { ours: spread(ours), other: spread(other), ratio: spread(ratios) };
}
