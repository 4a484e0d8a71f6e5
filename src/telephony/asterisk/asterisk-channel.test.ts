import { expect, test } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { AriChannel } from './ari-types.generated.ts';
import { AsteriskChannel } from './asterisk-channel.ts';
import type { CallControl } from './call-control.ts';
import { OpenRecordings } from './open-recordings.ts';

const control: Pick<CallControl, 'tell'> = { tell: () => Promise.resolve() };

function channel(): AsteriskChannel {
  const wire = {
    id: '1.1',
    caller: { name: '', number: '2001' },
    dialplan: { exten: '2222' },
    creationtime: '2026-11-21T00:00:00.000+0000',
  };
  return new AsteriskChannel(wire as AriChannel, {
    control: control as CallControl,
    clock: systemClock,
    logger: silentLogger,
    arrivalOf: (seeming) => seeming,
    recordings: new OpenRecordings(),
    newPlaybackId: () => 'play-1',
    answered: () => undefined,
    ended: () => undefined,
    follow: () => undefined,
  });
}

test('a prompt that ends because the caller hangs up ends after the caller is known to be gone', async () => {
  const caller = channel();
  const playback = caller.play(['sound:greeting']);
  const goneWhenItEnded = playback.finished.then(() => caller.gone.aborted);
  caller.hangingUp(16, systemClock.now());
  expect(await goneWhenItEnded).toBe(true);
  expect(await playback.finished).toBe('stopped');
  expect(caller.gone.reason).toMatchObject({ by: 'caller', cause: 16 });
});
