import { Temporal } from 'temporal-polyfill';

/** A day on which Brazil rests. */
export interface NationalHoliday {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** As Brazilians call it. */
  readonly name: string;
  /** A day off by custom and decree (ponto facultativo), not by law: many open. */
  readonly optional: boolean;
}

/** Law 662/1949 as Law 10.607/2002 has it, Law 6.802/1980 (12 October), Law 14.759/2023 (20 November). */
const fixed: readonly { readonly day: string; readonly name: string; readonly since?: number }[] = [
  { day: '01-01', name: 'Confraternização Universal' },
  { day: '04-21', name: 'Tiradentes' },
  { day: '05-01', name: 'Dia do Trabalho' },
  { day: '09-07', name: 'Independência do Brasil' },
  { day: '10-12', name: 'Nossa Senhora Aparecida' },
  { day: '11-02', name: 'Finados' },
  { day: '11-15', name: 'Proclamação da República' },
  { day: '11-20', name: 'Dia Nacional de Zumbi e da Consciência Negra', since: 2024 },
  { day: '12-25', name: 'Natal' },
];

/** Days from Easter Sunday. Good Friday is kept in the whole country (Law 9.093/1995, article 2). */
const movable = [
  { days: -48, name: 'Carnaval (segunda-feira)', optional: true },
  { days: -47, name: 'Carnaval (terça-feira)', optional: true },
  { days: -2, name: 'Paixão de Cristo', optional: false },
  { days: 60, name: 'Corpus Christi', optional: true },
] as const;

/** Brazil's national holidays and optional days of a year of the Gregorian calendar, in their order. */
export function nationalHolidays(year: number): NationalHoliday[] {
  const easter = easterSunday(year);
  return [
    ...fixed
      .filter(({ since = 0 }) => year >= since)
      .map(({ day, name }) => ({ date: `${String(year).padStart(4, '0')}-${day}`, name, optional: false })),
    ...movable.map(({ days, name, optional }) => ({ date: easter.add({ days }).toString(), name, optional })),
  ].toSorted((a, b) => a.date.localeCompare(b.date));
}

/**
 * The Sunday after the first full moon of the church's calendar in spring of the north: Gauss's rule as Oudin has it, good
 * for every year of the Gregorian calendar.
 */
function easterSunday(year: number): Temporal.PlainDate {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const k = Math.floor((century - 17) / 25);
  const moon = (century - Math.floor(century / 4) - Math.floor((century - k) / 3) + 19 * golden + 15) % 30;
  const leap = Math.floor(moon / 28);
  const full = moon - leap * (1 - leap * Math.floor(29 / (moon + 1)) * Math.floor((21 - golden) / 11));
  const weekday = (year + Math.floor(year / 4) + full + 2 - century + Math.floor(century / 4)) % 7;
  const fromMarch = full - weekday;
  const month = 3 + Math.floor((fromMarch + 40) / 44);
  return Temporal.PlainDate.from({ year, month, day: fromMarch + 28 - 31 * Math.floor(month / 4) });
}
