import { describe, expect, test } from 'vitest';
import { type Extension, newExtension } from '../../exchange/schemas.ts';
import { changes, fallbackList, type Objects, objectsFor, objectsOf } from './provisioning.ts';

const desk: Extension = {
  ...newExtension.parse({ number: '100', callerName: 'Ana', fallback: true }),
  password: 'a-secret',
};

const place = { tenantId: 1, domain: null };

function desired(...extensions: Extension[]): Map<string, Objects> {
  return new Map(extensions.flatMap((extension) => objectsFor(extension, place)));
}

const brief = (list: ReturnType<typeof changes>): string[] => list.map(({ kind, type, id }) => `${kind} ${type} ${id}`);

describe('what is pushed to Asterisk', () => {
  test('is a new extension, its endpoint last', () => {
    expect(brief(changes(desired(desk), new Map()))).toEqual(['put auth 100', 'put aor 100', 'put endpoint 100']);
  });

  test('is nothing when Asterisk holds it, in its own spelling and with all its defaults', () => {
    const { auth, aor, endpoint } = objectsOf(desk, place);
    const actual = new Map<string, Objects>([
      [
        '100',
        {
          auth: { ...auth, md5_cred: '', realm: '' },
          aor: { ...aor, remove_existing: 'true', qualify_frequency: '0' },
          endpoint: {
            ...endpoint,
            disallow: '',
            allow: '(alaw|ulaw|opus|gsm|g729)',
            direct_media: 'false',
            rtp_symmetric: 'true',
            identify_by: 'auth_username,username',
          },
        },
      ],
    ]);
    expect(changes(desired(desk), actual)).toEqual([]);
  });

  test('is nothing of an extension without a name, which Asterisk tells without quotes', () => {
    const nameless = { ...desk, callerName: '' };
    const objects = objectsOf(nameless, place);
    const actual = new Map([['100', { ...objects, endpoint: { ...objects.endpoint, callerid: '100' } }]]);
    expect(changes(desired(nameless), actual)).toEqual([]);
    expect(changes(desired(desk), actual)).not.toEqual([]);
  });

  test('is only what drifted, made anew', () => {
    const actual = desired({ ...desk, password: 'an-older-secret' });
    const renamed = desired({ ...desk, callerName: 'Bia' });
    expect(brief(changes(renamed, desired(desk)))).toEqual(['delete endpoint 100', 'put endpoint 100']);
    expect(brief(changes(desired(desk), actual))).toEqual([
      'delete auth 100',
      'put auth 100',
      'delete aor 100',
      'put aor 100',
    ]);
  });

  test('is the removal of an extension that is no more, found by its endpoint to the last', () => {
    expect(brief(changes(new Map(), desired(desk)))).toEqual([
      'delete auth 100',
      'delete aor 100',
      'delete endpoint 100',
    ]);
    const halfRemoved = new Map<string, Objects>([['100', { endpoint: objectsOf(desk, place).endpoint }]]);
    expect(brief(changes(new Map(), halfRemoved))).toEqual(['delete endpoint 100']);
  });

  test('names the caller whatever the phone says, and nothing in a name ends its quotes', () => {
    const named = objectsOf({ ...desk, callerName: 'A"\\<sip:x>\r\nEvil: \u0000${SHELL(id)}&PJSIP/9' }, place);
    expect(named.endpoint['callerid']).toBe('"Asip:xEvil: ${SHELL(id)}&PJSIP/9" <100>');
  });

  test('gives browsers encryption and opus, and no other phone', () => {
    expect(objectsOf({ ...desk, kind: 'web' }, place).endpoint).toMatchObject({
      webrtc: 'yes',
      allow: 'opus,alaw,ulaw',
    });
    expect(objectsOf(desk, place).endpoint).toMatchObject({ webrtc: 'no', allow: 'alaw,ulaw,opus,gsm,g729' });
  });

  test('is twice where browsers register besides desk phones', () => {
    const both = new Map(objectsFor({ ...desk, kind: 'both' }, place));
    expect([...both.keys()]).toEqual(['100', '100@web']);
    expect(both.get('100')?.endpoint).toMatchObject({ webrtc: 'no', aors: '100' });
    expect(both.get('100@web')).toMatchObject({
      auth: { username: '100' },
      endpoint: { webrtc: 'yes', aors: '100@web', auth: '100@web', callerid: '"Ana" <100>' },
    });
    expect(brief(changes(desired(desk), desired({ ...desk, kind: 'web' })))).toEqual([
      'delete aor 100',
      'put aor 100',
      'delete endpoint 100',
      'put endpoint 100',
    ]);
  });

  test('lists who rings without us', () => {
    const extensions = [
      desk,
      { ...desk, number: '101', fallback: false },
      { ...desk, number: '102', kind: 'both' as const },
    ];
    expect(fallbackList(extensions, null)).toEqual({ mailboxes: '100,102,102@web' });
  });
});
