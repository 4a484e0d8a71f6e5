import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../../test/helpers/manual-clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';

let folder: string;
let clock: ManualClock;
let snapshots: Snapshots;
let made: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uirapuru-snapshots-'));
  clock = new ManualClock('2026-11-21T14:00:00Z');
  snapshots = createSnapshots({ folder, clock });
  made = 0;
});
afterEach(async () => {
  await snapshots.close();
  await rm(folder, { recursive: true });
});

async function* list(): AsyncGenerator<string> {
  made += 1;
  for (let line = 0; line < 500; line++) yield `${made}: Acarajé ${line}, `;
}

async function read(key: string, make: () => AsyncIterable<string> = list): Promise<string> {
  return text(await snapshots.read(key, make));
}

/** Files of the folder that this process has open. */
async function openFiles(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((file) => file.startsWith(folder)).length;
}

test('however many ask at once, it is made once, and all get the same', async () => {
  const [first, ...others] = await Promise.all([read('one'), read('one'), read('one')]);
  expect(others).toEqual([first, first]);
  expect([made, first?.slice(0, 14), first?.slice(-16)]).toEqual([1, '1: Acarajé 0, ', '1: Acarajé 499, ']);
});

test('it lasts a minute, and each key has its own', async () => {
  await read('one');
  clock.advance(59_999);
  await read('one');
  expect(made).toBe(1);
  await read('other');
  expect(made).toBe(2);
  clock.advance(1);
  await expect.poll(async () => (await read('one')).slice(0, 2)).toBe('3:');
});

test('nothing lies in the folder, and a file is gone with its last reader', async () => {
  const slow = await snapshots.read('one', list);
  const away = await snapshots.read('one', list);
  expect([await readdir(folder), await openFiles()]).toEqual([[], 1]);
  away.destroy();
  clock.advance(60_000);
  await expect.poll(() => read('one').then(openFiles)).toBe(2);
  expect((await text(slow)).length).toBeGreaterThan(7_000);
  await expect.poll(openFiles).toBe(1);
});

test('when it cannot be made, everyone who waits is told, and the next one tries again', async () => {
  const fail = async function* (): AsyncGenerator<string> {
    yield 'half';
    throw new AppError('database_unavailable', 'Gone.');
  };
  const ends = await Promise.allSettled([read('one', fail), read('one', fail)]);
  expect(ends.map((end) => end.status === 'rejected' && (end.reason as AppError).code)).toEqual([
    'database_unavailable',
    'database_unavailable',
  ]);
  expect(await read('one')).toContain('1: Acarajé');
  expect(await openFiles()).toBe(1);
});

test('a full disk is said to be full, and leaves nothing behind', async () => {
  const isMounted = succeeds('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
  const endless = async function* (): AsyncGenerator<string> {
    // Where mounting is not allowed, what a full disk says comes from elsewhere.
    if (!isMounted) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    for (;;) yield 'x'.repeat(65_536);
  };
  try {
    await expect(read('one', endless)).rejects.toMatchObject({ code: 'disk_full' });
    expect(await openFiles()).toBe(0);
  } finally {
    if (isMounted) succeeds('umount', [folder]);
  }
});

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
