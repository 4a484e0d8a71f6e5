import { daysBetween } from '../../kernel/clock.ts';
import { nouns } from './nouns.ts';
import { cardinal, counted, type Fragment, withLast } from './numbers.ts';

export const months = [
  'janeiro',
  'fevereiro',
  'março',
  'abril',
  'maio',
  'junho',
  'julho',
  'agosto',
  'setembro',
  'outubro',
  'novembro',
  'dezembro',
];

/** Further than half a year from today a day is ambiguous without its year. */
const daysWithoutYear = 182;

/**
 * A calendar day in words: "vinte e um de novembro", "primeiro de maio de dois mil e vinte e sete".
 * @param date `YYYY-MM-DD`
 * @param today `YYYY-MM-DD`; the year is said only when `date` is more than half a year away from it
 * @throws RangeError when there is no such day
 */
export function spokenDate(date: string, today: string): Fragment[] {
  const distance = Math.abs(daysBetween(today, date));
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return [
    ...(day === 1 ? ['primeiro'] : cardinal(day, 'masculine')),
    `de ${months[month - 1]!}`,
    ...(distance > daysWithoutYear ? ['de', ...cardinal(year, 'masculine')] : []),
  ];
}

/**
 * A time of day with its article: "às treze horas e trinta minutos", "à uma hora", "ao meio-dia", "à meia-noite".
 * @param time `HH:MM`, 00:00 to 23:59
 * @throws RangeError when there is no such time
 */
export function spokenTime(time: string): Fragment[] {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (match === null) throw new RangeError('A time of day is HH:MM, 00:00 to 23:59.');
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  if (minute === 0 && hour === 0) return ['à meia-noite'];
  if (minute === 0 && hour === 12) return ['ao meio-dia'];
  return [hour < 2 ? 'à' : 'às', ...hoursAndMinutes(hour, minute, hour < 2 ? 'hora' : 'horas')];
}

/**
 * A duration: "uma hora e trinta minutos", "quinze minutos", "menos de um minuto".
 * @param minutes whole minutes, not negative
 */
export function spokenDuration(minutes: number): Fragment[] {
  if (minutes === 0) return ['menos de um minuto'];
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return minutesOf(minutes);
  return hoursAndMinutes(hours, minutes % 60, hours === 1 ? 'hora' : 'horas');
}

/** Every fragment of dates, times and durations that is not a number. */
export function dateFragments(): Fragment[] {
  const fixed = ['primeiro', 'de', 'à', 'às', 'à meia-noite', 'ao meio-dia', 'hora e', 'horas e', 'menos de um minuto'];
  return [...fixed, ...months.map((month) => `de ${month}`)];
}

function hoursAndMinutes(hours: number, minutes: number, unit: string): Fragment[] {
  const words = [...cardinal(hours, 'feminine'), unit];
  return minutes === 0 ? words : [...withLast(words, (last) => `${last} e`), ...minutesOf(minutes)];
}

function minutesOf(minutes: number): Fragment[] {
  return counted(minutes, nouns.minute.one, nouns.minute.many, nouns.minute.gender);
}
