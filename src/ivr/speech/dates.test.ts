import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '../../kernel/clock.ts';
import { spokenDate, spokenDuration, spokenTime } from './dates.ts';
import { numberFragments } from './fragments.ts';

const today = '2026-11-20';

describe('a date read aloud', () => {
  test.each([
    ['2026-11-21', 'vinte e um de novembro'],
    ['2027-05-01', 'primeiro de maio'],
    ['2026-12-31', 'trinta e um de dezembro'],
    ['2027-02-02', 'dois de fevereiro'],
    ['2025-11-21', 'vinte e um de novembro de dois mil e vinte e cinco'],
    ['2028-03-16', 'dezesseis de março de dois mil e vinte e oito'],
  ])('%s is "%s"', (date, words) => {
    expect(spokenDate(date, today).join(' ')).toBe(words);
  });

  test.each(['2026-02-30', '2026-13-01', 'amanhã'])('refuses %s', (date) => {
    expect(() => spokenDate(date, today)).toThrow(RangeError);
  });
});

describe('a time or a duration read aloud', () => {
  test.each([
    ['00:00', 'à meia-noite'],
    ['00:10', 'à zero hora e dez minutos'],
    ['01:00', 'à uma hora'],
    ['01:30', 'à uma hora e trinta minutos'],
    ['02:01', 'às duas horas e um minuto'],
    ['12:00', 'ao meio-dia'],
    ['13:30', 'às treze horas e trinta minutos'],
    ['21:00', 'às vinte e uma horas'],
    ['22:22', 'às vinte e duas horas e vinte e dois minutos'],
  ])('%s is "%s"', (time, words) => {
    expect(spokenTime(time).join(' ')).toBe(words);
  });

  test.each(['24:00', '9:30', '12:60'])('refuses %s', (time) => {
    expect(() => spokenTime(time)).toThrow(RangeError);
  });

  test.each([
    [0, 'menos de um minuto'],
    [1, 'um minuto'],
    [60, 'uma hora'],
    [90, 'uma hora e trinta minutos'],
    [121, 'duas horas e um minuto'],
  ])('%d minutes are "%s"', (minutes, words) => {
    expect(spokenDuration(minutes).join(' ')).toBe(words);
  });
});

test('there is a recorded piece for every date, time and duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: -4000, max: 4000 }), fc.integer({ min: 0, max: 1439 }), (days, minutes) => {
      const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
      const words = [...spokenDate(addDays(today, days), today), ...spokenTime(time), ...spokenDuration(minutes)];
      expect(words.filter((word) => !numberFragments.has(word))).toEqual([]);
    }),
  );
});
