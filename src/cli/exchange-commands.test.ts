import { afterAll, expect, test } from 'vitest';
import { testDatabase, testTenant } from '../../test/helpers/database.ts';
import { createCallRoutes, createGroups, createTrunks } from '../exchange/service.ts';
import { readGroupCommand, runGroupCommand } from './group-commands.ts';
import { readNumberCommand, runNumberCommand } from './number-commands.ts';
import { readRuleCommand, runRuleCommand } from './rule-commands.ts';
import { readTrunkCommand, runTrunkCommand } from './trunk-commands.ts';

const database = await testDatabase();
afterAll(() => database.close());
const parts = { db: database.db, changed: async () => undefined };
const [trunks, groups] = [createTrunks(parts), createGroups(parts)];
const routes = createCallRoutes({ ...parts, hasFlow: (name) => name === 'atendimento' });
const tenantId = await testTenant(database.db);
await database.db.insertInto('extension').values({ tenant_id: tenantId, number: '1001', password: 'secret' }).execute();
const asked: string[] = [];
let typed = 'the-password';
const trunk = async (...args: string[]) => {
  const ask = async (account: string) => {
    asked.push(account);
    return typed;
  };
  return (await runTrunkCommand(trunks, tenantId, readTrunkCommand(args), ask)).join('\n');
};
const number = async (...args: string[]) =>
  (await runNumberCommand(routes, tenantId, readNumberCommand(args))).join('\n');
const rule = async (...args: string[]) => (await runRuleCommand(routes, tenantId, readRuleCommand(args))).join('\n');
const group = async (...args: string[]) => (await runGroupCommand(groups, tenantId, readGroupCommand(args))).join('\n');
const stored = () => database.db.selectFrom('trunk').selectAll().orderBy('name').execute();

test('a trunk with an account asks for its password, which stands in no word and in no list', async () => {
  const settings = ['--registers', 'yes', '--username', 'conta', '--numbers', '+553432221000,+553432221001'];
  await trunk('create', 'Operadora', '--host', 'sip.operadora.example', ...settings);
  await trunk('create', 'Reserva', '--host', '203.0.113.7', '--format', 'trunk_prefix', '--carrier', '15');
  expect(asked).toEqual(['conta']);
  expect(await stored()).toMatchObject([
    { registers: true, username: 'conta', password: 'the-password', own_numbers: ['+553432221000', '+553432221001'] },
    { registers: false, password: null, number_format: 'trunk_prefix', carrier: '15' },
  ]);
  expect(await trunk('list')).toMatch(/Operadora +sip\.operadora\.example:5060\/udp +conta, registers/);
  expect(await trunk('list')).not.toContain('the-password');
  typed = 'another';
  await trunk('password', 'Operadora');
  await trunk('change', 'Reserva', '--enabled', 'no', '--position', '3');
  expect(await stored()).toMatchObject([{ password: 'another' }, { enabled: false, position: 3 }]);
  typed = '';
  await expect(trunk('password', 'Operadora')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(trunk('change', 'Outra', '--port', '5080')).rejects.toMatchObject({ code: 'not_found' });
});

test('a number leads to a flow or a phone, and rules say on which trunks others are called', async () => {
  await number('put', '+553432221000', '--flow', 'atendimento');
  await number('put', '+553432221001', '--target', '1001');
  expect(await number('list')).toMatch(/\+553432221000 +flow atendimento\n\+553432221001 +1001/);
  await number('remove', '+553432221001');
  expect(await number('list')).not.toContain('+553432221001');
  await expect(number('put', '2223', '--flow', 'nenhum')).rejects.toMatchObject({ code: 'bad_request' });

  await rule('add', '--trunks', 'Reserva,Operadora', '--classes', 'international');
  await rule('add', '--trunks', '', '--prefix', '+1900', '--at', '1');
  expect(await rule('list')).toMatch(/1 +\+1900… +all +none: barred\n2 +all +international +Reserva, Operadora/);
  expect(await rule('remove', '1')).not.toContain('barred');
  await expect(rule('remove', '2')).rejects.toMatchObject({ code: 'not_found' });
  await trunk('remove', 'Reserva');
  expect(await rule('list')).toMatch(/1 +all +international +Operadora/);
});

test('a group rings the extensions that are said', async () => {
  await group('create', '500', '--name', 'Suporte');
  expect(await group('change', '500', '--members', '1001')).toBe('Group 500 rings 1001.');
  expect(await group('list')).toMatch(/500 +Suporte +1001/);
  expect(await group('change', '500', '--members', '')).toBe('Group 500 rings nobody.');
  expect(await group('change', '500', '--fallback', '*981001')).toContain('nobody takes go on to *981001');
  expect(await group('change', '500', '--fallback', '')).not.toContain('go on');
  await expect(group('change', '500', '--fallback', '500')).rejects.toThrow('its own fallback');
  await expect(group('change', '500', '--fallback', '7000')).rejects.toThrow('There is no extension, no group');
  await expect(group('change', '500', '--members', '9999')).rejects.toMatchObject({ code: 'bad_request' });
  await group('remove', '500');
  expect(await group('list')).toBe('There are no groups.');
});

test('wrong commands say how they are used', () => {
  for (const args of [[], ['create', 'A'], ['change', 'A'], ['create', 'A', '--host', 'x', '--password', 'y']]) {
    expect(() => readTrunkCommand(args)).toThrow(/Use: npm run trunks/);
  }
  for (const args of [[], ['put', 'x'], ['remove']])
    expect(() => readNumberCommand(args)).toThrow(/Use: npm run numbers/);
  for (const args of [[], ['add'], ['remove', '0']]) expect(() => readRuleCommand(args)).toThrow(/Use: npm run rules/);
  for (const args of [[], ['create', '500'], ['change', '500']]) {
    expect(() => readGroupCommand(args)).toThrow(/Use: npm run groups/);
  }
});
