import { expect, test } from 'vitest';
import { decideOpening, isCaller, type OpenWindow } from './window-rules.ts';

const now = new Date('2026-11-21T14:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const window = (more: Partial<OpenWindow>): OpenWindow => ({
  id: 1,
  callId: null,
  callerNumber: '+5537999990001',
  subscriberId: null,
  openedAt: ago(5),
  ...more,
});
const call = { callId: undefined, callerNumber: '+5537999990001', subscriberId: undefined };

test('a call announced again while it rings has its window', () => {
  expect(decideOpening([window({})], call, now)).toEqual({ kind: 'shown', window: 1 });
  const ours = { ...call, callId: 'c' };
  expect(decideOpening([window({ callId: 'c', openedAt: ago(900) })], ours, now)).toMatchObject({ kind: 'shown' });
});

test('who calls again later opens a new window in the place of the old one', () => {
  const open = [window({ openedAt: ago(31) }), window({ id: 2, callerNumber: '+5537999990002' })];
  expect(decideOpening(open, call, now)).toEqual({ kind: 'open', superseded: [1] });
});

test('a call of ours and one of another exchange are two, even of one caller', () => {
  expect(decideOpening([window({ callId: 'c' })], call, now)).toEqual({ kind: 'open', superseded: [] });
  expect(decideOpening([window({})], { ...call, callId: 'd' }, now)).toEqual({ kind: 'open', superseded: [] });
});

test('of too many windows the oldest goes', () => {
  const open = Array.from({ length: 20 }, (_, n) => window({ id: n + 1, callId: `c${n}` }));
  expect(decideOpening(open, call, now)).toEqual({ kind: 'open', superseded: [1] });
});

test('a caller is known by the number, or else by the subscriber', () => {
  const known = { callerNumber: '+5537999990001', subscriberId: '7' };
  expect(isCaller(known, { callerNumber: '+5537999990002', subscriberId: '7' })).toBe(false);
  expect(isCaller(known, { callerNumber: undefined, subscriberId: '7' })).toBe(true);
  expect(isCaller({ ...known, callerNumber: null }, { callerNumber: '+5537999990002', subscriberId: '7' })).toBe(true);
  expect(
    isCaller({ callerNumber: null, subscriberId: null }, { callerNumber: undefined, subscriberId: undefined }),
  ).toBe(false);
});
