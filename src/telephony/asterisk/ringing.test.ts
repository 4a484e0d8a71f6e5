import { expect, test } from 'vitest';
import { Ringing } from './ringing.ts';

const phones = (): Ringing =>
  new Ringing([
    ['desk', '101'],
    ['soft', '101'],
    ['other', '102'],
  ]);

test('the first answer wins, the rest is still open and is to be hung up', () => {
  const ringing = phones();
  ringing.on({ kind: 'ringing', legId: 'desk' });
  ringing.on({ kind: 'ringing', legId: 'other' });
  expect(ringing.on({ kind: 'answered', legId: 'soft' })).toEqual([{ extension: '102', state: 'lost' }]);
  expect(ringing.outcome).toEqual({ kind: 'answered', legId: 'soft', extension: '101' });
  expect(ringing.open).toEqual(['desk', 'other']);
  expect(ringing.on({ kind: 'answered', legId: 'other' })).toEqual([]);
  expect(ringing.outcome).toMatchObject({ legId: 'soft' });
});

test('a phone is shown once however many devices it has, and is lost with its last', () => {
  const ringing = phones();
  expect(ringing.on({ kind: 'ringing', legId: 'desk' })).toEqual([{ extension: '101', state: 'ringing' }]);
  expect(ringing.on({ kind: 'ringing', legId: 'soft' })).toEqual([]);
  expect(ringing.on({ kind: 'ended', legId: 'desk', cause: 21 })).toEqual([]);
  expect(ringing.on({ kind: 'ended', legId: 'soft', cause: 21 })).toEqual([{ extension: '101', state: 'lost' }]);
  expect(ringing.outcome).toBeUndefined();
});

test('busy and refused everywhere is busy; one that let it ring makes it no answer', () => {
  const busy = phones();
  for (const legId of ['desk', 'soft', 'other']) busy.on({ kind: 'ended', legId, cause: 17 });
  expect(busy.outcome).toEqual({ kind: 'busy' });
  const mixed = phones();
  for (const legId of ['desk', 'soft']) mixed.on({ kind: 'ended', legId, cause: 17 });
  mixed.on({ kind: 'ended', legId: 'other', cause: 19 });
  expect(mixed.outcome).toEqual({ kind: 'no_answer' });
});

test('a timeout is no answer, and a caller who hangs up ends it', () => {
  const late = phones();
  late.on({ kind: 'ringing', legId: 'desk' });
  expect(late.on({ kind: 'timeout' })).toEqual([{ extension: '101', state: 'lost' }]);
  expect(late.outcome).toEqual({ kind: 'no_answer' });
  const gone = phones();
  gone.on({ kind: 'caller_gone' });
  expect(gone.outcome).toEqual({ kind: 'caller_gone' });
  expect(gone.open).toEqual(['desk', 'soft', 'other']);
});

test('who picks a ring up takes it from all phones, once', () => {
  const ringing = phones();
  ringing.on({ kind: 'ringing', legId: 'desk' });
  ringing.on({ kind: 'ended', legId: 'other', cause: 17 });
  expect([ringing.ringsAt('101'), ringing.ringsAt('102')]).toEqual([true, false]);
  expect(ringing.on({ kind: 'picked_up', legId: 'caller', extension: '103' })).toEqual([
    { extension: '101', state: 'lost' },
    { extension: '103', state: 'ringing' },
  ]);
  expect(ringing.ringsAt('101')).toBe(false);
  ringing.on({ kind: 'picked_up', legId: 'late', extension: '104' });
  expect(ringing.outcome).toEqual({ kind: 'answered', legId: 'caller', extension: '103' });
  expect(ringing.open).toEqual(['desk', 'soft']);
});

test('events of a leg that is none of the ring change nothing', () => {
  const ringing = phones();
  expect(ringing.on({ kind: 'answered', legId: 'stranger' })).toEqual([]);
  expect(ringing.outcome).toBeUndefined();
});
