import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase, testTenant } from '../../test/helpers/database.ts';
import { type RadiusNas, startNas } from '../../test/helpers/freeradius.ts';
import { createConcentrators } from '../isp/network/concentrators.ts';
import { createRadiusExchange } from '../isp/network/radius-exchange.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { readConcentratorCommand, runConcentratorCommand } from './concentrator-commands.ts';

let database: TestDatabase;
let nas: RadiusNas;
let folder: string;
let tenantId: number;
let concentrator: number;

beforeAll(async () => {
  [database, nas] = await Promise.all([testDatabase(), startNas()]);
  const { db } = database;
  tenantId = await testTenant(db);
  const pop = db.insertInto('pop').values({ tenant_id: tenantId, name: 'POP' }).returning('id');
  const place = { tenant_id: tenantId, pop_id: (await pop.executeTakeFirstOrThrow()).id, name: 'BRAS Centro' };
  const equipment = { ...place, role: 'concentrator', ipv4: '100.64.1.1' };
  const row = await db.insertInto('equipment').values(equipment).returning('id').executeTakeFirstOrThrow();
  concentrator = row.id;
  folder = await mkdtemp(join(tmpdir(), 'uira-secret-'));
  await writeFile(join(folder, 'right'), `${nas.secret}\n`);
  await writeFile(join(folder, 'wrong'), 'another');
  await writeFile(join(folder, 'empty'), '\n');
}, 240_000);
afterAll(async () => {
  await nas.stop();
  await database.close();
  await rm(folder, { recursive: true });
});

function say(line: string): Promise<string[]> {
  const asked = createConcentrators(createRadiusExchange(systemClock, undefined), systemClock, silentLogger);
  return runConcentratorCommand(database.db, tenantId, asked, readConcentratorCommand(line.split(' ')));
}
const set = (file: string) =>
  say(`set ${concentrator} --secret-file ${join(folder, file)} --address 127.0.0.1 --port ${nas.port}`);

test('a secret is set from a file, tried at once, and never shown', async () => {
  expect(await say('list')).toEqual([`${concentrator}  BRAS Centro  100.64.1.1  not asked`]);
  expect(await set('wrong')).toEqual([expect.stringContaining('does not answer')]);
  const [never] = await say('list');
  expect(never).toContain('never answered');
  expect(await set('right')).toEqual([`Concentrator ${concentrator} answers (127.0.0.1, port ${nas.port}).`]);
  const [listed] = await say('list');
  expect(listed).toContain('answers (noted ');
  expect(listed).not.toContain(nas.secret);
  expect(await say(`forget ${concentrator}`)).toEqual([`Concentrator ${concentrator} is not asked any more.`]);
  expect(await say(`check ${concentrator}`)).toEqual([`It is not set how concentrator ${concentrator} is asked.`]);
});

test('what is wrong with a command is said, with the way it is used', async () => {
  await expect(set('empty')).rejects.toThrow('is empty');
  await expect(set('nowhere')).rejects.toThrow('cannot be read');
  await expect(say(`set 9 --secret-file ${join(folder, 'right')}`)).rejects.toMatchObject({ code: 'not_found' });
  expect(() => readConcentratorCommand(['set', '9'])).toThrow('Name the file that holds the secret.\nUse:');
  const notAnAddress = ['set', '9', '--secret-file', 'x', '--address', 'bras.example'];
  expect(() => readConcentratorCommand(notAnAddress)).toThrow('The address must be an IP address.');
  expect(() => readConcentratorCommand(['drop', '9'])).toThrow('"drop 9" is not known.');
  expect(() => readConcentratorCommand([])).toThrow('Say what to do.');
});
