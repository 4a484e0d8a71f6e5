import { describe, expect, test } from 'vitest';
import { codecOf, isPassedThrough, joinableWith } from './codecs.ts';

describe('what a called phone is offered', () => {
  test('is first what its caller speaks, so that nothing need be transcoded', () => {
    expect(joinableWith(codecOf('uirapuru,(gsm)'))).toBe('gsm,alaw,ulaw,opus');
    expect(joinableWith(codecOf('uirapuru,(ulaw|alaw)'))).toBe('ulaw,alaw,opus,gsm');
  });

  test('is nothing that cannot be transcoded, unless its caller speaks that', () => {
    expect(joinableWith(codecOf('uirapuru'))).not.toContain('g729');
    expect(joinableWith(codecOf('uirapuru,(g729)'))).toBe('g729');
    expect(isPassedThrough(codecOf('uirapuru,(g729)'))).toBe(true);
    expect(isPassedThrough(codecOf('uirapuru,clicked'))).toBe(false);
  });
});
