import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type NamedSchedule, type OpeningSchedule, openingSchedule, scheduleName } from '../exchange/schemas.ts';
import type { OpeningHours } from '../exchange/service.ts';
import { type OpenStretch, weekdays } from '../kernel/business-hours.ts';
import { nationalHolidays } from '../kernel/national-holidays.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run hours` was asked to do. */
export type HoursCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'put'; readonly name: string; readonly schedule: OpeningSchedule }
  | { readonly act: 'remove'; readonly name: string }
  | { readonly act: 'holidays'; readonly year: number }
);

const usage = `Use: npm run hours -- list
     npm run hours -- put NAME [hours] [holidays]     (what is not said is closed)
     npm run hours -- remove NAME
     npm run hours -- holidays YEAR                   (the national ones)
     hours:    --every-day|--weekdays|--${weekdays.join('|--')} 08:00-12:00,13:30-18:00
     holidays: --national off|on|with-optional   --closed 06-24,2026-12-31   --day 12-24=08:00-12:00 (again for each)
     and with each, where there are several providers: --tenant NUMBER`;

const monToFri = weekdays.slice(0, 5);

/** @throws AppError `bad_request` with the way it is used */
export function readHoursCommand(args: readonly string[]): HoursCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'every-day': text,
        weekdays: text,
        ...(Object.fromEntries(weekdays.map((day) => [day, text])) as Record<(typeof weekdays)[number], typeof text>),
        national: text,
        closed: text,
        day: { type: 'string', multiple: true, default: [] },
        tenant: text,
      },
    });
    const [act, subject, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && subject === undefined) return { act, tenant };
    if (act === 'remove') return { act, tenant, name: scheduleName.parse(subject) };
    if (act === 'holidays') return { act, tenant, year: z.coerce.number().int().min(1900).max(2999).parse(subject) };
    if (act === 'put') {
      const sets = [
        ...weekdays.map((day) => [day, values['every-day']] as const),
        ...monToFri.map((day) => [day, values.weekdays] as const),
        ...weekdays.map((day) => [day, values[day]] as const),
      ];
      const schedule = openingSchedule.parse({
        weekly: Object.fromEntries(
          sets.flatMap(([day, hours]) => (hours === undefined ? [] : [[day, stretches(hours)]])),
        ),
        nationalHolidays: values.national?.replace('-', '_'),
        holidays: list(values.closed ?? ''),
        specialDays: Object.fromEntries(values.day.map(specialDay)),
      });
      return { act, tenant, name: scheduleName.parse(subject), schedule };
    }
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

function list(text: string): string[] {
  return text.split(',').filter((one) => one !== '');
}

function stretches(text: string): OpenStretch[] {
  return list(text).map((stretch) => {
    const [from = '', to = ''] = stretch.split('-');
    return { from, to };
  });
}

function specialDay(text: string): [day: string, hours: OpenStretch[]] {
  const [day = '', hours] = text.split('=');
  if (hours === undefined) throw new Error(`"${text}" must be a day and its hours, such as 12-24=08:00-12:00.`);
  return [day, stretches(hours)];
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
