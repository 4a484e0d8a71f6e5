import { expect, test } from 'vitest';
import type { AriBridge, AriChannel } from './ari-types.generated.ts';
import { alone } from './unserved.ts';

function channel(id: string, app = 'Stasis', data = 'uirapuru'): AriChannel {
  return {
    id,
    protocol_id: '',
    name: 'PJSIP/101-0000000f',
    state: 'Up',
    caller: { name: '', number: '' },
    connected: { name: '', number: '' },
    accountcode: '',
    dialplan: { context: 'from-extension', exten: '2222', priority: 1, app_name: app, app_data: data },
    creationtime: '2026-01-01T00:00:00.000+0000',
    language: 'pt_BR',
  };
}

function bridge(id: string, ...channels: string[]): AriBridge {
  const rest = { technology: '', bridge_class: '', creator: '', name: '', creationtime: '' };
  return { id, bridge_type: 'mixing', channels, ...rest };
}

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
