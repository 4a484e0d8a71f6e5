import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { AppError } from './errors.ts';
import { createLogger } from './logger.ts';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'uira-log-'));
  try {
    const logger = createLogger('info', join(folder, 'test.log'));
    write(logger);
    // The one level that is on disk when the call returns; the lines before it are too.
    logger.fatal('the end');
    return readFileSync(join(folder, 'test.log'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('whatever is thrown can be logged, also what is no error', () => {
  const lines = linesOf((logger) => {
    logger.error({ err: { by: 'caller', cause: 16 } }, 'an object');
    logger.error({ err: 'text' }, 'a text');
    logger.error({ err: undefined }, 'nothing');
    logger.error({ err: new AppError('not_found', 'No such thing.', { id: 7 }) }, 'an error');
  });
  expect(lines).toContain("by: 'caller'");
  expect(lines).toContain('"code":"not_found"');
  expect(lines.trim().split('\n')).toHaveLength(5);
});

test('no CPF, and nothing that a driver hangs on its error, comes into the log', () => {
  const lines = linesOf((logger) => {
    const error = Object.assign(new Error('duplicate key 529.982.247-25'), { detail: 'Key (document)=(52998224725)' });
    logger.error({ err: error }, 'the CPF 52998224725 was refused');
    logger.error({ err: { document: '52998224725' }, password: 'secret-word' }, 'thrown');
  });
  expect(lines).toContain('[document]');
  // Three digits alone may stand in the line's own time.
  expect(lines).not.toMatch(/529\.?982|secret-word/);
});

test('a full disk costs lines of the log, and nothing else', async () => {
  const logger = createLogger('info', '/dev/full');
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    for (const line of ['one', 'two', 'three']) {
      logger.info(line);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(told.mock.calls).toEqual([[expect.stringMatching(/^The log \/dev\/full cannot be written: ENOSPC/)]]);
  } finally {
    told.mockRestore();
  }
});
