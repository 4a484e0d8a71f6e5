import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSoundMaker } from './sound-maker.ts';

const folder = mkdtempSync(join(tmpdir(), "uira sound's-"));
const path = (name: string): string => join(folder, name);

/** A program in sox's place: writes what it is told to its last argument, complains on `bad`, and dies of `deadly` with the shell. */
const program = path('sox.sh');
writeFileSync(
  program,
  `case "$*" in
    *bad*) echo 'what is' >&2; echo 'this?' >&2; exit 2;;
    *deadly*) kill -9 "$PPID"; exit 1;;
  esac
  for last; do :; done; printf '%s' "$*" > "$last"`,
);
const make = createSoundMaker((args) => ({ file: '/bin/sh', args: [program, ...args], env: process.env }));
const gsmOf = (name: string): string => path(`${name} $(its).gsm`);
const made = (name: string): Promise<void> => make(path(`${name}.wav`), gsmOf(name));

test('many asked at once are made one after the other, whatever stands in their names', async () => {
  const names = ['one', 'two', 'three'];
  await Promise.all(names.map(made));
  for (const name of names) {
    expect(readFileSync(gsmOf(name), 'utf8')).toBe(`${path(`${name}.wav`)} -r 8000 -c 1 -t gsm ${gsmOf(name)}`);
  }
});

test('one that cannot be made is told with the reason, and others are made all the same', async () => {
  const [bad, good] = [made('bad'), made('good')];
  await expect(bad).rejects.toThrow('what is this?');
  await good;
  expect(existsSync(gsmOf('good'))).toBe(true);
});

test('when the process dies those that wait are told, and the next ones are made by a new one', async () => {
  await expect(made('deadly')).rejects.toThrow('the process ended');
  await made('later');
  expect(existsSync(gsmOf('later'))).toBe(true);
});

test('without sox nothing is made', async () => {
  await expect(createSoundMaker(undefined)(path('none.wav'), gsmOf('none'))).rejects.toMatchObject({
    code: 'missing_part',
  });
});
