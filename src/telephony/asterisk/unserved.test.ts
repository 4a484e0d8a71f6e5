import { expect, test } from 'vitest';
import { bridge, channel } from '../../../test/helpers/ari-objects.ts';
import { alone } from './unserved.ts';

test('who is in a menu or a queue, and who was left by the other side of a talk, hears nothing without a control plane', () => {
  const ids = ['menu', 'talks', 'leg-talks-1', 'left', 'waits', 'goes-to-wait', 'leads'];
  const channels = [
    ...ids.map((id) => channel(id)),
    channel('snoop-rec-in'),
    channel('upkeep-1'),
    channel('fallback', 'Playback', 'uirapuru/fallback'),
  ];
  const bridges = [
    bridge('talk-talks', 'talks', 'leg-talks-1'),
    bridge('talk-left', 'left'),
    bridge('wait-waits~1', 'waits'),
    bridge('wait-goes-to-wait~1'),
    bridge('meet-leads', 'leads'),
  ];
  expect(alone('uirapuru', { channels, bridges }).map(({ id }) => id)).toEqual(['menu', 'left']);
});
