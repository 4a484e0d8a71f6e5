import { expect, test } from 'vitest';
import { newTrunk } from '../../exchange/schemas.ts';
import { trunkObjects } from './trunk-objects.ts';

const trunk = (settings: object) => ({
  ...newTrunk.parse({ name: 'Operadora', host: 'sip.example', ...settings }),
  id: 3,
});

test('a trunk that is known by its address is asked whether it is there, and nobody else is taken for it', () => {
  const objects = trunkObjects(trunk({ addresses: ['203.0.113.0/28'], port: 5080, transport: 'tcp' }), 1);
  expect(Object.keys(objects)).toEqual(['aor', 'identify', 'endpoint']);
  expect(objects.aor).toMatchObject({ contact: 'sip:sip.example:5080;transport=tcp' });
  expect(objects.identify).toEqual({ endpoint: 'trunk-3', match: 'sip.example,203.0.113.0/28' });
  expect(objects.endpoint).toMatchObject({ context: 'from-trunk', aors: 'trunk-3', identify_by: 'ip' });
  expect(objects.endpoint).not.toHaveProperty('auth');
});

test('a trunk that registers does so with its account, and calls with it', () => {
  const account = { registers: true, username: '3432221000', password: 'a-secret', shownIn: 'asserted' };
  const objects = trunkObjects(trunk({ ...account, ownNumbers: ['+553432221000'] }), 1);
  expect(objects.auth).toEqual({ auth_type: 'userpass', username: '3432221000', password: 'a-secret' });
  expect(objects.registration).toMatchObject({
    server_uri: 'sip:sip.example:5060',
    client_uri: 'sip:3432221000@sip.example:5060',
    contact_user: '553432221000',
    outbound_auth: 'trunk-3',
  });
  expect(objects.endpoint).toMatchObject({ outbound_auth: 'trunk-3', from_user: '3432221000', send_pai: 'yes' });
});
