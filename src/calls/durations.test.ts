import { expect, test } from 'vitest';
import { durationsOf } from './durations.ts';
import { changedLeg, leftLeg, newLeg } from './leg.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 5, 0, second));
const call = { tenant_id: 1, id: 'c' };
const placed = (number: string, second: number) =>
  newLeg(call, { channelId: `leg-${number}`, role: 'placed', number, at: at(second) });
const change = (kind: 'ringing' | 'answered' | 'held' | 'resumed', legId: string, second: number) => ({
  kind,
  callerId: 'caller',
  legId,
  at: at(second),
});
const ended = (legId: string, second: number, cause: number) =>
  ({ kind: 'ended', callerId: 'caller', legId, at: at(second), cause }) as const;

test('two phones ring together, one answers, is put on hold twice and hangs up', () => {
  let one = placed('1001', 10);
  one = changedLeg(one, change('ringing', 'leg-1001', 11));
  one = changedLeg(one, change('answered', 'leg-1001', 15));
  one = changedLeg(one, change('held', 'leg-1001', 20));
  one = changedLeg(one, change('resumed', 'leg-1001', 23));
  one = changedLeg(one, change('held', 'leg-1001', 30));
  one = changedLeg(one, ended('leg-1001', 35, 16));
  let other = placed('1002', 10);
  other = changedLeg(other, change('ringing', 'leg-1002', 12));
  other = changedLeg(other, ended('leg-1002', 16, 26));
  expect(durationsOf([one, other], at(0), at(40))).toEqual({
    ring_ms: 5_000,
    wait_ms: 15_000,
    talk_ms: 20_000,
    hold_ms: 8_000,
  });
  expect([one.cause, other.cause]).toEqual([16, 26]);
});

test('a call that nobody answered waited until its end', () => {
  const rung = changedLeg(changedLeg(placed('1001', 1), change('ringing', 'leg-1001', 2)), ended('leg-1001', 9, 19));
  expect(durationsOf([rung], at(0), at(9))).toEqual({ ring_ms: 7_000, wait_ms: 9_000, talk_ms: 0, hold_ms: 0 });
});

test('a leg left at the end of its call ends with it, until it is told when and why it ended', () => {
  const answered = changedLeg(placed('1001', 1), change('answered', 'leg-1001', 2));
  const left = leftLeg(answered, at(8));
  expect(left).toMatchObject({ ended_at: at(8).toISOString(), cause: null });
  expect(changedLeg(left, ended('leg-1001', 9, 16))).toMatchObject({ ended_at: at(9).toISOString(), cause: 16 });
});
