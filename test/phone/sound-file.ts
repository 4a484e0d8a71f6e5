import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readConfig } from '../../src/config.ts';
import { speechPrograms } from '../../src/telephony/asterisk/runtime/speech-programs.ts';

/** The loudness of one side of a file from one second to another, 0 to 1. */
export async function level(file: string, side: 1 | 2, from: number, seconds: number): Promise<number> {
  const part = ['remix', String(side), 'trim', String(from), String(seconds), 'stat'];
  const sox = speechPrograms(readConfig({ ...process.env }).cache).sox?.([file, '-n', ...part]);
  if (sox === undefined) throw new Error('There is no sox.');
  const { stderr } = await promisify(execFile)(sox.file, [...sox.args], { env: sox.env });
  return Number(/RMS\s+amplitude:\s+([\d.]+)/.exec(stderr)?.[1]);
}
