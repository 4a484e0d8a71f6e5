import { expect, test } from 'vitest';
import { refusal, wireRequest } from './ari-request.ts';

test('what is posted travels in the body, where a comma in a file name splits nothing', () => {
  const request = wireRequest('POST /channels/{channelId}/play/{playbackId}', {
    path: { channelId: 'a/b?c', playbackId: 'p1' },
    query: { media: ['sound:/tmp/a,b', 'sound:c'] },
  });
  expect(request).toEqual({
    method: 'POST',
    uri: 'channels/a%2Fb%3Fc/play/p1',
    body: '{"media":["sound:/tmp/a,b","sound:c"]}',
  });
});

test('parameters of a request without a body are escaped in the query string', () => {
  const request = wireRequest('GET /channels/{channelId}/variables', {
    path: { channelId: 'c1' },
    query: { variables: ['PJSIP_DIAL_CONTACTS(100)', 'A&B'] },
  });
  expect(request).toEqual({
    method: 'GET',
    uri: 'channels/c1/variables?variables=PJSIP_DIAL_CONTACTS(100)%2CA%26B',
    body: undefined,
  });
  expect(wireRequest('GET /channels', {})).toEqual({ method: 'GET', uri: 'channels', body: undefined });
});

test('a refusal says whether the thing is not there or is in another state', () => {
  expect(refusal('GET /channels', 404, '').code).toBe('not_found');
  expect(refusal('GET /channels', 409, '').code).toBe('conflict');
  expect(refusal('GET /channels', 500, '').code).toBe('internal');
});
