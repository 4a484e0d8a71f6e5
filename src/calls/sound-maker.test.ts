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
    *deadly*) kill -9 $(cut -d' ' -f4 "/proc/$PPID/stat"); exit 1;;
  esac
  for last; do :; done; printf '%s' "$*" > "$last"`,
);
const make = createSoundMaker((args) => ({ file: '/bin/sh', args: [program, ...args], env: process.env }));
const job = (name: string) => ({
  caller: path(`${name} caller.wav`),
  other: path(`${name} $(other).wav`),
  wav: path(`${name}.wav`),
  gsm: path(`${name}.gsm`),
});

test('many asked at once are made one after the other, whatever stands in their names', async () => {
  const jobs = ['one', 'two', 'three'].map(job);
  await Promise.all(jobs.map(make));
  for (const { caller, other, wav, gsm } of jobs) {
    expect(readFileSync(wav, 'utf8')).toBe(`-M ${caller} ${other} -t wav ${wav}`);
    expect(readFileSync(gsm, 'utf8')).toBe(`${wav} -r 8000 -c 1 -t gsm ${gsm}`);
  }
});

test('one that cannot be made is told with the reason, and others are made all the same', async () => {
  const [bad, good] = [make(job('bad')), make(job('good'))];
  await expect(bad).rejects.toThrow('what is this?');
  await good;
  expect(existsSync(job('good').gsm)).toBe(true);
});

test('when the process dies those that wait are told, and the next ones are made by a new one', async () => {
  await expect(make(job('deadly'))).rejects.toThrow('the process ended');
  await make(job('later'));
  expect(existsSync(job('later').gsm)).toBe(true);
});

test('without sox nothing is made', async () => {
  await expect(createSoundMaker(undefined)(job('none'))).rejects.toMatchObject({ code: 'missing_part' });
});
