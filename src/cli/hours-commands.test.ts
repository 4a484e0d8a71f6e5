import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createOpeningHours } from '../exchange/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { readHoursCommand, runHoursCommand } from './hours-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const clock = { ...systemClock, now: () => new Date('2026-12-24T11:00-03:00') };
const hours = createOpeningHours({ db: database.db, clock, changed: async () => undefined });
const tenantId = await testTenant(database.db);

const run = async (...args: string[]) => (await runHoursCommand(hours, tenantId, readHoursCommand(args))).join('\n');

test('opening hours are put, shown, put anew and removed', async () => {
  expect(await run('list')).toBe('There are no opening hours: it is always open.');
  const week = ['--weekdays', '08:00-12:00,13:30-18:00', '--saturday', '08:00-12:00', '--friday', '08:00-12:00'];
  const days = ['--national', 'with-optional', '--closed', '06-24,2026-12-31', '--day', '12-24=08:00-10:00'];
  const shown = await run('put', 'atendimento', ...week, ...days);
  expect(shown).toMatch(/^atendimento: closed now$/m);
  expect(shown).toMatch(/^ {2}monday +08:00-12:00, 13:30-18:00$/m);
  expect(shown).toMatch(/^ {2}friday +08:00-12:00$/m);
  expect(shown).toMatch(/^ {2}sunday +closed$/m);
  expect(shown).toMatch(/^ {2}national holidays +closed, optional ones too$/m);
  expect(shown).toMatch(/^ {2}closed on +06-24, 2026-12-31$/m);
  expect(shown).toMatch(/^ {2}12-24 +08:00-10:00$/m);
  expect(await run('list')).toBe(shown);
  expect(await run('put', 'atendimento', '--every-day', '00:00-24:00')).toMatch(/^atendimento: open now$/m);
  expect(await run('remove', 'atendimento')).toContain('Removed');
  await expect(run('remove', 'atendimento')).rejects.toThrow('There are no opening hours "atendimento"');
});

test('the national holidays of a year are listed', async () => {
  expect(await run('holidays', '2027')).toMatch(/^2027-02-09 +Carnaval \(terça-feira\) +optional$/m);
});

test.each([
  [[], /Say what to do.[^]*npm run hours -- list/],
  [['put'], /must be|expected/i],
  [['put', 'x', '--monday', '8-12'], /weekly.monday.0.from: must be a time of day/],
  [['put', 'x', '--monday', '18:00-08:00'], /must begin before it ends/],
  [['put', 'x', '--national', 'yes'], /nationalHolidays: /],
  [['put', 'x', '--closed', '2026-02-29'], /must be a day that there is/],
  [['put', 'x', '--day', '12-24'], /must be a day and its hours/],
  [['put', 'x', '--day', '31-12=08:00-12:00'], /specialDays/],
  [['put', 'two', 'names'], /quotation marks/],
  [['holidays', 'next'], /Use: npm run hours/],
])('what is not understood gets a sentence and the way it is used: %j', (args, sentence) => {
  expect(() => readHoursCommand(args)).toThrow(sentence);
});
