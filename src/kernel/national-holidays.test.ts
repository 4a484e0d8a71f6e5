import { expect, test } from 'vitest';
import { nationalHolidays } from './national-holidays.ts';

const named = (year: number, name: string) => nationalHolidays(year).find((day) => day.name.startsWith(name));

/** As the government's decrees of these years have them, and the extremes of Easter: 22 March and 25 April. */
test.each([
  [1818, '1818-02-03', '1818-03-20', '1818-05-21'],
  [2000, '2000-03-07', '2000-04-21', '2000-06-22'],
  [2019, '2019-03-05', '2019-04-19', '2019-06-20'],
  [2020, '2020-02-25', '2020-04-10', '2020-06-11'],
  [2024, '2024-02-13', '2024-03-29', '2024-05-30'],
  [2025, '2025-03-04', '2025-04-18', '2025-06-19'],
  [2026, '2026-02-17', '2026-04-03', '2026-06-04'],
  [2027, '2027-02-09', '2027-03-26', '2027-05-27'],
  [2028, '2028-02-29', '2028-04-14', '2028-06-15'],
  [2038, '2038-03-09', '2038-04-23', '2038-06-24'],
])('the days of %i that move with Easter', (year, carnival, goodFriday, corpusChristi) => {
  expect(named(year, 'Carnaval (ter')).toMatchObject({ date: carnival, optional: true });
  expect(named(year, 'Paixão')).toMatchObject({ date: goodFriday, optional: false });
  expect(named(year, 'Corpus')).toMatchObject({ date: corpusChristi, optional: true });
});

test('a year has its holidays in their order, those by law and those by custom', () => {
  expect(nationalHolidays(2026).map(({ date, optional }) => (optional ? `(${date})` : date))).toEqual([
    '2026-01-01',
    '(2026-02-16)',
    '(2026-02-17)',
    '2026-04-03',
    '2026-04-21',
    '2026-05-01',
    '(2026-06-04)',
    '2026-09-07',
    '2026-10-12',
    '2026-11-02',
    '2026-11-15',
    '2026-11-20',
    '2026-12-25',
  ]);
});

test('Consciência Negra is a holiday of the whole country since 2024', () => {
  expect(named(2023, 'Dia Nacional')).toBeUndefined();
  expect(named(2024, 'Dia Nacional')).toMatchObject({ date: '2024-11-20', optional: false });
});
