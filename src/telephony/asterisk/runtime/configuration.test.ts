import { expect, test } from 'vitest';
import { type AsteriskPlace, renderConfiguration } from './configuration.ts';
import { renderDialplan } from './dialplan.ts';

const place: AsteriskPlace = {
  etc: '/h/etc',
  data: '/h/data',
  modules: '/r/modules',
  database: '/h/database',
  spool: '/h/spool',
  logs: '/h/logs',
  endsFile: '/h/spool/ends.csv',
  run: '/tmp/u',
  music: '/p/music',
  ownMusic: '/h/music',
  certificate: '/h/c.pem',
  privateKey: '/h/k.pem',
  ariPort: 21001,
  ariPassword: 'a;b',
  bind: '192.0.2.7',
  sipPort: 7048,
  sipTlsPort: 7049,
  wssPort: 8089,
  trustedAuthorities: '',
  verifyTrunks: true,
  outside: { transport: {}, candidates: {}, stunServer: undefined },
  rtpPorts: { first: 10_000, last: 20_000 },
  maxFiles: 1024,
};

test('every folder of Asterisk is inside the home or the fetched parts', () => {
  const folders = [...(renderConfiguration(place)['asterisk.conf'] ?? '').matchAll(/^ast\w+dir = (.*)$/gm)];
  expect(folders).toHaveLength(11);
  for (const [, folder] of folders) expect(folder).toMatch(/^\/(h|r|tmp\/u)(\/|$)/);
});

test('nobody on the network reaches ARI, AMI or dangerous functions', () => {
  const files = renderConfiguration(place);
  expect(files['http.conf']).toMatch(/^bindaddr = 127\.0\.0\.1$/m);
  expect(files['http.conf']).toMatch(
    /\[\/ari\]\ntype = restriction\ndeny = 0\.0\.0\.0\/0,::\/0\npermit = 127\.0\.0\.1\n/,
  );
  expect(files['manager.conf']).toContain('enabled = no');
  expect(files['asterisk.conf']).toContain('live_dangerously = no');
  const modules = files['modules.conf'] ?? '';
  expect(modules).toContain('autoload = no');
  for (const name of ['app_system', 'res_agi', 'func_shell', 'func_curl', 'endpoint_identifier_anonymous']) {
    expect(modules).not.toContain(name);
  }
});

test('phones are listened to where the setting says', () => {
  expect(renderConfiguration(place)['pjsip.conf']).toContain('bind = 192.0.2.7:7048');
  expect(renderConfiguration({ ...place, bind: '::1' })['pjsip.conf']).toContain('bind = [::1]:7048');
});

test('a router that translates addresses is told of to every transport', () => {
  const transport = { external_media_address: '203.0.113.10', local_net: ['10.0.0.0/8', '192.168.0.0/16'] };
  const candidates = { '10.0.0.5': '203.0.113.10,include_local_address' };
  const files = renderConfiguration({ ...place, outside: { transport, candidates, stunServer: 'stun.example:3478' } });
  expect(files['pjsip.conf']?.match(/local_net = 10\.0\.0\.0\/8\nlocal_net = 192\.168\.0\.0\/16/g)).toHaveLength(4);
  expect(files['rtp.conf']).toContain('stunaddr = stun.example:3478');
  expect(files['rtp.conf']).toContain('[ice_host_candidates]\n10.0.0.5 = 203.0.113.10,include_local_address\n');
});

test('browsers are not led to addresses on which Asterisk throws their DTLS away', () => {
  expect(renderConfiguration(place)['rtp.conf']).toContain('ice_deny = fe80::/10\n');
});

test('a value cannot become a comment or another setting', () => {
  expect(renderConfiguration(place)['ari.conf']).toContain('password = a\\;b\n');
  const evil = { ...place, music: '/p\n[options]\nlive_dangerously = yes' };
  expect(() => renderConfiguration(evil)).toThrow(/cannot hold/);
});

test('the dialplan reaches a person where the control plane is not there', () => {
  const lines = renderDialplan();
  expect(lines).toMatch(/Stasis\(uirapuru,.*\)\n.*STASISSTATUS.*fallback,s,1/);
  expect(lines).toContain('Dial(');
});
