import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { paceMs } from './messaging/pace.ts';

test('without any setting everything has its default, on this machine only', () => {
  expect(readConfig({})).toMatchObject({ bind: '127.0.0.1', httpPort: 8080, sipPort: 7048, demo: undefined });
});

test('an empty variable is as good as none', () => {
  expect(readConfig({ UIRAPURU_HTTP_PORT: '', DATABASE_URL: '' })).toMatchObject({
    httpPort: 8080,
    databaseUrl: undefined,
  });
});

test('every wrong setting is named in one sentence, without the secrets that others hold', () => {
  const wrong = { UIRAPURU_HTTP_PORT: '99999', UIRAPURU_TZ: 'Marte', DATABASE_URL: 'mysql://root:secret-word@host/x' };
  expect(() => readConfig(wrong)).toThrow(/UIRAPURU_HTTP_PORT: .*UIRAPURU_TZ: .*DATABASE_URL: /);
  expect(() => readConfig(wrong)).not.toThrow(/secret-word/);
});

test('two services on one port are refused before anything starts', () => {
  expect(() => readConfig({ UIRAPURU_HTTP_PORT: '8443' })).toThrow(
    'UIRAPURU_HTTP_PORT and UIRAPURU_HTTPS_PORT are both 8443: each needs a port of its own.',
  );
});

test('addresses that are given out begin with the public one, or with the one that is listened on', () => {
  expect(readConfig({ UIRAPURU_PUBLIC_URL: 'https://ura.provedor.example/x/' }).publicUrl).toBe(
    'https://ura.provedor.example/x',
  );
  expect(readConfig({ UIRAPURU_HTTP_PORT: '8081' }).publicUrl).toBe('http://127.0.0.1:8081');
  expect(readConfig({ UIRAPURU_BIND: '::1' }).publicUrl).toBe('http://[::1]:8080');
});

test('proxies are trusted by address or network, and nothing else is taken for one', () => {
  expect(readConfig({}).trustedProxies).toEqual([]);
  const { trustedProxies } = readConfig({ UIRAPURU_TRUSTED_PROXIES: '10.0.0.5, 10.1.0.0/16,::1' });
  expect(trustedProxies).toEqual(['10.0.0.5', '10.1.0.0/16', '::1']);
  for (const wrong of ['proxy.example', '10.0.0.0/33', 'true', '10.0.0.1/8/8', '10.0.0.1/']) {
    expect(() => readConfig({ UIRAPURU_TRUSTED_PROXIES: wrong })).toThrow(
      /UIRAPURU_TRUSTED_PROXIES: must be addresses/,
    );
  }
});

test.each([
  [{}, 'ERP is sgp: SGP_URL and SGP_TOKEN and SGP_APP must be set too'],
  [{ SGP_URL: 'https://sgp.example', SGP_TOKEN: 'secret-word' }, 'ERP is sgp: SGP_APP must be set too'],
  [{ SGP_URL: 'sgp.example', SGP_TOKEN: 'secret-word', SGP_APP: 'ura' }, 'SGP_URL: must be an address such as'],
  [
    { SGP_URL: 'https://sgp.example/?token=secret-word', SGP_TOKEN: 'secret-word', SGP_APP: 'ura' },
    'SGP_URL must hold nothing but the address',
  ],
])('an SGP that is set wrong is refused with a sentence, without its secrets: %o', (settings, sentence) => {
  expect(() => readConfig({ ERP: 'sgp', ...settings })).toThrow(sentence);
  expect(() => readConfig({ ERP: 'sgp', ...settings })).not.toThrow(/secret-word/);
});

test.each([
  ['https://sgp.example', 'https://sgp.example'],
  ['https://sgp.example/PROVEDOR/', 'https://sgp.example/PROVEDOR'],
  ['https://sgp.example/PROVEDOR/ws/ura/consultacliente/', 'https://sgp.example/PROVEDOR'],
])('an SGP at %s is asked below %s', (address, url) => {
  const env = { ERP: 'sgp', SGP_URL: address, SGP_TOKEN: 'token', SGP_APP: 'ura', SGP_TICKET_TYPE: '5' };
  expect(readConfig(env).sgp).toEqual({ url, token: 'token', app: 'ura', ticketType: 5, orderReason: undefined });
});

const hubsoft = {
  ERP: 'hubsoft',
  HUBSOFT_URL: 'https://api.provedor.example',
  HUBSOFT_CLIENT_ID: '3',
  HUBSOFT_CLIENT_SECRET: 'secret-word',
  HUBSOFT_USERNAME: 'ura@provedor.example',
  HUBSOFT_PASSWORD: ' secret-word ',
};

test.each([
  [{ HUBSOFT_USERNAME: '', HUBSOFT_PASSWORD: undefined }, 'HUBSOFT_USERNAME and HUBSOFT_PASSWORD must be set too'],
  [{ HUBSOFT_URL: 'provedor.example' }, 'HUBSOFT_URL: must be an address such as'],
  [{ HUBSOFT_URL: 'https://user:secret-word@provedor.example' }, 'HUBSOFT_URL must hold nothing but the address'],
  [{ HUBSOFT_AGENT_FIELD: 'extension' }, 'HUBSOFT_AGENT_FIELD'],
  [{ HUBSOFT_UNLOCK_DAYS: '0' }, 'HUBSOFT_UNLOCK_DAYS: must be a whole number from 1'],
])('a HubSoft that is set wrong is refused with a sentence, without its secrets: %o', (settings, sentence) => {
  expect(() => readConfig({ ...hubsoft, ...settings })).toThrow(sentence);
  expect(() => readConfig({ ...hubsoft, ...settings })).not.toThrow(/secret-word/);
});

test.each([
  ['https://api.provedor.example', 'https://api.provedor.example'],
  ['https://provedor.example/hub/', 'https://provedor.example/hub'],
  ['https://api.provedor.example/oauth/token', 'https://api.provedor.example'],
  ['https://api.provedor.example/api/v1/integracao/cliente', 'https://api.provedor.example'],
])('a HubSoft at %s is asked below %s', (address, url) => {
  const { hubsoft: read, sgp } = readConfig({ ...hubsoft, HUBSOFT_URL: address, HUBSOFT_UNLOCK_DAYS: '3' });
  // A blank may belong to a password.
  expect(read).toMatchObject({ url, clientId: '3', password: ' secret-word ', unlockDays: 3, agentField: 'ramal' });
  expect(sgp).toBeUndefined();
});

test('a gateway for SMS and the pace of messages are read, and what is wrong in them is named', () => {
  const config = readConfig({
    SMS_URL: 'https://gateway.example/v2',
    SMS_BODY: '{"to":"{digits}"}',
    SMS_HEADERS: 'X-API-TOKEN: a:b | X-From: provedor',
    SMS_SUCCESS: '"ok"',
    PUSH_PACE: '30',
    PUSH_CONTACT: 'mailto:suporte@provedor.example',
    MAIL_PACE: '20,Gmail.com=0.5',
  });
  expect(config.pushPace.perSecond).toBe(30);
  expect(config.pushContact).toBe('mailto:suporte@provedor.example');
  expect(config.sms).toEqual({
    url: 'https://gateway.example/v2',
    body: '{"to":"{digits}"}',
    headers: { 'X-API-TOKEN': 'a:b', 'X-From': 'provedor' },
    success: /"ok"/,
  });
  expect([paceMs(config.mailPace, 'gmail.com'), paceMs(config.mailPace, 'provedor.example')]).toEqual([2_000, 50]);
  const wrong = { SMS_HEADERS: 'token', SMS_SUCCESS: '(', MAIL_PACE: '10,gmail.com', SMS_PACE: '0' };
  expect(() => readConfig(wrong)).toThrow(/SMS_HEADERS: .*SMS_SUCCESS: .*MAIL_PACE: .*SMS_PACE: /);
});

test('servers for browsers are read, and refused where nobody could be let in', () => {
  const urls = 'stun:turn.example:3478, turns:turn.example:443?transport=tcp';
  expect(readConfig({ UIRAPURU_ICE_SERVERS: urls, UIRAPURU_TURN_SECRET: 'north' }).iceServers).toEqual({
    urls: ['stun:turn.example:3478', 'turns:turn.example:443?transport=tcp'],
    turnSecret: 'north',
  });
  expect(() => readConfig({ UIRAPURU_ICE_SERVERS: urls })).toThrow(/without UIRAPURU_TURN_SECRET/);
  expect(() => readConfig({ UIRAPURU_ICE_SERVERS: 'turn.example' })).toThrow(/must be such as stun:/);
});
