import { setTimeout as sleep } from 'node:timers/promises';
import { newExtension } from '../../src/exchange/schemas.ts';
import { prepareHome } from '../../src/storage/home-folder.ts';
import { startPeerAsterisk } from '../ivr/peer/asterisk.ts';
import { configOf, ports } from '../ivr/places.ts';
import type { OurSystem } from './ours.ts';
import { type Contestant, plainDialplan, plainNumbers } from './talks.ts';

const accounts = ['2001', '1001'];

/** Ours: what is dialled is the extension, which is recorded by its rule. */
export function ourContestant(ours: OurSystem): Contestant {
  const [caller, called] = accounts.map((user) => {
    const found = ours.demo.extensions.find(({ number }) => number === user);
    return { user, password: found?.password ?? '' };
  });
  if (caller === undefined || called === undefined) throw new Error('The demo has no such telephones');
  let told = 0;
  return {
    name: 'ours',
    ways: ['talked', 'recorded'],
    target: `127.0.0.1:${ports.ours.sip}`,
    caller,
    called,
    parts: ours.parts,
    async prepare(way) {
      await ours.ask(way === 'recorded' ? 'PUT' : 'DELETE', 'recording-rules/1001');
      return '1001';
    },
    async settled(way, calls) {
      if (way === 'talked') return;
      told += calls;
      while ((await ours.storedRecordings()) < told) await sleep(500);
    },
  };
}

/** The same build of Asterisk, with the same settings of its phones, and a dialplan of nine lines. */
export async function startPlain(line: Pick<Contestant, 'caller' | 'called'>) {
  const config = configOf('peer');
  await prepareHome(config.home);
  const phones = [line.caller, line.called].map(({ user, password }) => ({
    ...newExtension.parse({ number: user }),
    password,
  }));
  const asterisk = await startPeerAsterisk(config, phones, plainDialplan);
  const plain = {
    target: `127.0.0.1:${ports.peer.sip}`,
    caller: line.caller,
    called: line.called,
    parts: { asterisk: asterisk.pid },
    settled: async () => undefined,
  };
  const contestants: readonly Contestant[] = [
    {
      ...plain,
      name: 'plain dialplan',
      ways: ['talked', 'recorded'],
      prepare: async (way) => plainNumbers[way],
    },
    {
      ...plain,
      name: 'plain dialplan, one track',
      ways: ['recorded'],
      prepare: async () => plainNumbers.oneTrack,
    },
  ];
  return { contestants, stop: () => asterisk.stop() };
}
