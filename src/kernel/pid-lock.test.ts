import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHolder, takePidLock } from './pid-lock.ts';
import { identify } from './processes.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync('/tmp/uirapuru-test-');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a second start learns who holds the home, and gets it once that one lets go', () => {
  const path = join(folder, 'lock');
  const first = takePidLock(path);
  expect(takePidLock(path)).toEqual({ heldBy: identify(process.pid) });
  expect(lockHolder(path)).toEqual(identify(process.pid));
  if ('release' in first) first.release();
  expect(lockHolder(path)).toBeUndefined();
  expect(takePidLock(path)).toHaveProperty('release');
});

test('a lock of a dead process, or of one whose number was given away, or cut off by a full disk, is taken over', () => {
  for (const left of ['{"pid":999999999,"startTicks":"1"}', `{"pid":${process.pid},"startTicks":"1"}`, '{"pi']) {
    const path = join(folder, 'lock');
    writeFileSync(path, left);
    expect(lockHolder(path)).toBeUndefined();
    const lock = takePidLock(path);
    expect(lock).toHaveProperty('release');
    expect(readdirSync(folder)).toEqual(['lock']);
    if ('release' in lock) lock.release();
  }
});
