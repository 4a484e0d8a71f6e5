import { expect, test } from 'vitest';
import { contractStates } from '../../isp/subscribers/contract-state.ts';
import { shownCredentials } from './credentials.ts';
import { accessOf, dialled, duration, noticeOf, reais, statesOf, statusSeen, wallClock } from './mapping.ts';
import { documentOf, isId } from './subject.ts';

test('every state of a contract has a number, and every number leads back to its states', () => {
  for (const state of contractStates) expect(statesOf(statusSeen[state].code)).toContain(state);
  expect(statusSeen.suspended_debt).toMatchObject({ code: 4, display: 'Suspenso' });
  expect(statusSeen.active).toMatchObject({ code: 1, display: 'Ativo' });
  expect(statesOf(99)).toEqual([]);
});

test('a telephone is written as it is dialled in the country', () => {
  expect(dialled('+5534999990000')).toBe('(34) 99999-0000');
  expect(dialled('+553432210000')).toBe('(34) 3221-0000');
  expect(dialled('+12025550123')).toBe('+12025550123');
});

test('time left is rounded up to whole minutes', () => {
  expect([90 * 60_000, 89 * 60_000 + 1, 45 * 60_000, 1, -5].map(duration)).toEqual([
    '1h30m',
    '1h30m',
    '0h45m',
    '0h1m',
    '0h1m',
  ]);
});

test("an instant is told on the provider's clock, summer time and midnight included", () => {
  expect(wallClock(new Date('2026-11-21T03:00:00Z'), 'America/Sao_Paulo')).toBe('21/11/2026 00:00:00');
  expect(wallClock(new Date('2018-12-01T12:05:09Z'), 'America/Sao_Paulo')).toBe('01/12/2018 10:05:09');
});

test('amounts are the same whole cents', () => {
  for (const cents of [1, 4990, 7990, 123_456_789]) expect(Math.round(reais(cents) * 100)).toBe(cents);
});

test('maintenance of the concentrator is 8, any other is 9, with the time until the return', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const forecast = new Date('2026-11-21T13:30:00Z');
  expect(accessOf({ state: 'concentrator_down', message: undefined, forecast }, now)).toEqual({
    status: 8,
    msg: 'Manutenção NAS',
    tempo: '1h30m',
  });
  expect(accessOf({ state: 'maintenance', message: 'Fibra rompida', forecast: undefined }, now)).toEqual({
    status: 9,
    msg: 'Fibra rompida',
    tempo: undefined,
  });
});

test('a notice to everyone has no place, and an id that no work has', () => {
  const notice = noticeOf({ id: '7', text: 'Feriado', forecast: undefined }, new Date(), 'America/Sao_Paulo');
  expect(notice).toMatchObject({ id: -7, mensagem_ura: 'Feriado', ativa: 1, pops: [], bairros: [] });
});

test.each([
  ['495.067.708-08', '49506770808'],
  ['CPF: 49506770808', '49506770808'],
  ['191', '00000000191'],
  ['12.ABC.345/01DE-35', '12ABC34501DE35'],
  ['11111111111', undefined],
  ['', undefined],
  ["' or 1=1 --", undefined],
])('the document %s is read as %s', (written, document) => {
  expect(documentOf(written)).toBe(document);
});

test('an id is what PostgreSQL can hold', () => {
  expect([1, 2 ** 31 - 1].every(isId)).toBe(true);
  expect([0, -1, 2 ** 31, 1e15].some(isId)).toBe(false);
});

test('credentials are found wherever callers put them, the fields first', () => {
  const basic = `Basic ${Buffer.from('ura:se:gredo').toString('base64')}`;
  expect(shownCredentials({ token: 't', app: 'ura' }, { authorization: basic })).toEqual({ token: 't', app: 'ura' });
  expect(shownCredentials({}, { authorization: basic })).toEqual({ token: 'se:gredo', app: 'ura' });
  expect(shownCredentials({}, { authorization: 'Token t', app: 'ura' })).toEqual({ token: 't', app: 'ura' });
  expect(shownCredentials({ app: 'ura' }, { authorization: 'token t' })).toEqual({ token: 't', app: 'ura' });
  expect(shownCredentials({ token: '' }, { authorization: 'Bearer t' })).toEqual({ token: undefined, app: undefined });
});
