import type { AriBridge, AriChannel } from '../../src/telephony/asterisk/ari-types.generated.ts';

/** A channel as ARI tells of it, in an application of the dialplan. */
export function channel(id: string, app = 'Stasis', data = 'uirapuru'): AriChannel {
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

/** A bridge as ARI tells of it, with these channels in it. */
export function bridge(id: string, ...channels: string[]): AriBridge {
  const rest = { technology: '', bridge_class: '', creator: '', name: '', creationtime: '' };
  return { id, bridge_type: 'mixing', channels, ...rest };
}
