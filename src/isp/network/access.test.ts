import { expect, test } from 'vitest';
import { type AccountingNews, accessOf, newsNeeded, type SessionFacts } from './access.ts';

const now = new Date('2026-11-21T14:00:00Z');
const later = new Date('2026-11-21T18:00:00Z');
const latest = new Date('2026-11-22T09:00:00Z');
const facts = { state: 'active', session: undefined, maintenance: [] } as const;
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const session = { answer: 'known', seenAt: minutesAgo(3), news: undefined } as const;
const work = (expectedEnd: Date | undefined, ofConcentrator = false) => ({
  description: 'Obra',
  expectedEnd,
  ofConcentrator,
});

test('maintenance is told before anything that it explains', () => {
  expect(accessOf({ ...facts, session, maintenance: [work(later)] }, now)).toEqual({
    state: 'maintenance',
    message: 'Obra',
    forecast: later,
  });
});

test('work on the concentrator itself is told rather than work elsewhere', () => {
  expect(accessOf({ ...facts, maintenance: [work(latest), work(later, true)] }, now)).toMatchObject({
    state: 'concentrator_down',
    forecast: later,
  });
});

test('service is back when the last work is done; a forecast gone by is none', () => {
  expect(accessOf({ ...facts, maintenance: [work(later), work(latest)] }, now).forecast).toEqual(latest);
  expect(accessOf({ ...facts, maintenance: [work(later), work(undefined)] }, now).forecast).toBeUndefined();
  expect(accessOf({ ...facts, maintenance: [work(later)] }, later).forecast).toBeUndefined();
});

test('a contract that may not connect is not offline: no technician could help', () => {
  expect(accessOf(facts, now).state).toBe('offline');
  expect(accessOf({ ...facts, state: 'suspended_debt' }, now).state).toBe('other');
  expect(accessOf({ ...facts, state: 'suspended_debt', session }, now).state).toBe('online');
});

test('a session that the concentrator has is online, however long accounting has not heard of it', () => {
  expect(stateOf({ ...session, seenAt: minutesAgo(9_000) })).toBe('online');
});

const reporting = (heard: number) => ({ heardAt: minutesAgo(heard), usualIntervalMs: 300_000 });

test('a concentrator is down only when it stopped answering and accounting has stopped too', () => {
  expect(stateOf({ answer: 'silent', seenAt: minutesAgo(2), news: reporting(8) })).toBe('concentrator_down');
  expect(stateOf({ answer: 'silent', seenAt: minutesAgo(2), news: reporting(7) })).toBe('other');
  const noUpdates = { heardAt: minutesAgo(900), usualIntervalMs: undefined };
  expect(stateOf({ answer: 'silent', seenAt: minutesAgo(900), news: noUpdates })).toBe('other');
});

test('where no concentrator is asked, a session is online until updates that used to come do not', () => {
  const undecided = (seen: number, news?: AccountingNews) =>
    stateOf({ answer: 'undecided', seenAt: minutesAgo(seen), news });
  expect(undecided(1)).toBe('online');
  expect(undecided(900, { heardAt: minutesAgo(900), usualIntervalMs: undefined })).toBe('online');
  expect(undecided(15, reporting(1))).toBe('online');
  expect(undecided(16, reporting(1))).toBe('offline');
  expect(undecided(16, { heardAt: minutesAgo(1), usualIntervalMs: 600_000 })).toBe('online');
  expect(undecided(31, { heardAt: minutesAgo(1), usualIntervalMs: 600_000 })).toBe('offline');
  expect(undecided(16, reporting(16))).toBe('other');
});

test('what accounting hears of the whole concentrator is read only where it decides', () => {
  expect(newsNeeded('known', minutesAgo(900), now)).toBe(false);
  expect(newsNeeded('undecided', minutesAgo(1), now)).toBe(false);
  expect(newsNeeded('undecided', minutesAgo(2), now)).toBe(true);
  expect(newsNeeded('silent', minutesAgo(0), now)).toBe(true);
});

test('a session that has gone leaves a contract that may not connect as it is: not allowed', () => {
  const gone = { answer: 'undecided', seenAt: minutesAgo(16), news: reporting(1) } as const;
  expect(accessOf({ ...facts, state: 'suspended_debt', session: gone }, now)).toMatchObject({
    state: 'other',
    message: 'O serviço não está habilitado',
  });
});

function stateOf(seen: SessionFacts) {
  return accessOf({ ...facts, session: seen }, now).state;
}
