import { z } from 'zod';
import { type NamedSchedule, type OpeningSchedule, openingSchedule, scheduleName } from '../exchange/schemas.ts';
import type { OpeningHours } from '../exchange/service.ts';
import { type OpenStretch, type Weekday, weekdays } from '../kernel/business-hours.ts';
import { nationalHolidays } from '../kernel/national-holidays.ts';
import { alignedRows } from './aligned-rows.ts';
import { kinds, type OfTenant, readCommandLine } from './command-line.ts';

/** What `npm run hours` was asked to do. */
export type HoursCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'put'; readonly name: string; readonly schedule: OpeningSchedule }
    | { readonly act: 'remove'; readonly name: string }
    | { readonly act: 'holidays'; readonly year: number }
  );

const monToFri = weekdays.slice(0, 5);

/** @throws AppError `bad_request` with the way it is used */
export function readHoursCommand(args: readonly string[]): HoursCommand {
  return readCommandLine(args, {
    name: 'hours',
    uses: [
      'list',
      'put NAME [hours] [holidays]     (what is not said is closed)',
      'remove NAME',
      'holidays YEAR                   (the national ones)',
    ],
    notes: [
      `hours:    --every-day|--weekdays|--${weekdays.join('|--')} 08:00-12:00,13:30-18:00`,
      'holidays: --national off|on|with-optional   --closed 06-24,2026-12-31   --day 12-24=08:00-12:00 (again for each)',
    ],
    words: 2,
    settings: {
      everyDay: kinds.list,
      weekdays: kinds.list,
      ...(Object.fromEntries(weekdays.map((day) => [day, kinds.list])) as Record<Weekday, typeof kinds.list>),
      national: kinds.text,
      closed: kinds.list,
      day: kinds.texts,
    },
    read([act, subject], settings) {
      if (act === 'list' && subject === undefined) return { act };
      if (act === 'remove') return { act, name: scheduleName.parse(subject) };
      if (act === 'holidays') return { act, year: z.coerce.number().int().min(1900).max(2999).parse(subject) };
      if (act !== 'put') return undefined;
      const sets = [
        ...weekdays.map((day) => [day, settings.everyDay] as const),
        ...monToFri.map((day) => [day, settings.weekdays] as const),
        ...weekdays.map((day) => [day, settings[day]] as const),
      ];
      const schedule = openingSchedule.parse({
        weekly: Object.fromEntries(
          sets.flatMap(([day, hours]) => (hours === undefined ? [] : [[day, hours.map(stretch)]])),
        ),
        nationalHolidays: settings.national?.replace('-', '_'),
        holidays: settings.closed ?? [],
        specialDays: Object.fromEntries((settings.day ?? []).map(specialDay)),
      });
      return { act, name: scheduleName.parse(subject), schedule };
    },
  });
}

function stretch(text: string): OpenStretch {
  const [from = '', to = ''] = text.split('-');
  return { from, to };
}

function specialDay(text: string): [day: string, hours: OpenStretch[]] {
  const [day = '', hours] = text.split('=');
  if (hours === undefined) throw new Error(`"${text}" must be a day and its hours, such as 12-24=08:00-12:00.`);
  return [day, kinds.list.parse(hours).map(stretch)];
}

/** Does it, and says it. @returns lines for the terminal */
export async function runHoursCommand(hours: OpeningHours, tenantId: number, command: HoursCommand): Promise<string[]> {
  if (command.act === 'holidays') {
    const days = nationalHolidays(command.year);
    return alignedRows(days.map(({ date, name, optional }) => [date, name, optional ? 'optional' : '']));
  }
  if (command.act === 'list') {
    const schedules = await hours.list(tenantId);
    return schedules.length === 0 ? ['There are no opening hours: it is always open.'] : schedules.flatMap(lines);
  }
  if (command.act === 'put') return lines(await hours.put(tenantId, command.name, command.schedule));
  await hours.remove(tenantId, command.name);
  return [`Removed the opening hours "${command.name}": whatever names them is always open.`];
}

function lines({ name, open, weekly, nationalHolidays: national, holidays, specialDays }: NamedSchedule): string[] {
  const said = (hours: readonly OpenStretch[] = []): string =>
    hours.length === 0 ? 'closed' : hours.map(({ from, to }) => `${from}-${to}`).join(', ');
  return [
    `${name}: ${open ? 'open' : 'closed'} now`,
    ...alignedRows([
      ...weekdays.map((day) => [`  ${day}`, said(weekly[day])]),
      [
        '  national holidays',
        { off: 'as other days', on: 'closed', with_optional: 'closed, optional ones too' }[national],
      ],
      ...(holidays.length === 0 ? [] : [['  closed on', holidays.join(', ')]]),
      ...Object.entries(specialDays).map(([day, own]) => [`  ${day}`, said(own)]),
    ]),
  ];
}
