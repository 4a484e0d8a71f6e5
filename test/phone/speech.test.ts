import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Audio, durationMs, peakDb, silenceMs, speechLevelDb } from '../../src/ivr/speech/audio.ts';
import { type Program, run, type SpeechPrograms } from '../../src/ivr/speech/command.ts';
import { createSpeechPlugin, promptsFolder, type SpeechSettings } from '../../src/ivr/speech/plugin.ts';
import type { Speech } from '../../src/ivr/speech/speech.ts';
import type { Utterance } from '../../src/ivr/speech/utterance.ts';
import { ensureRuntime } from '../../src/telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../../src/telephony/asterisk/runtime/runtime-root.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

const maria: Utterance = { say: 'confirm_name', with: { name: { name: 'MARIA APARECIDA', first: true } } };

let rhvoice: Program;
let sox: Program;
let home: string;
let clock: ManualClock;
let log: string;

beforeAll(async () => {
  const cache = process.env['UIRAPURU_CACHE'] ?? join(homedir(), '.cache', 'uirapuru');
  const root = await ensureRuntime({ cache }, 'telephony', () => undefined);
  rhvoice = (args) => runtimeCommand(root, 'rhvoice', args);
  sox = (args) => runtimeCommand(root, 'sox', args);
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'uirapuru-speech-'));
  log = '';
  clock = new ManualClock('2026-11-20T12:00:00Z');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function speechWith(programs: SpeechPrograms, settings: Partial<SpeechSettings> = {}): Speech {
  const logger = pino({ level: 'warn' }, { write: (line) => void (log += line) });
  return createSpeechPlugin({ home, timeZone: 'America/Sao_Paulo', programs, clock, log: logger, ...settings }).speech;
}

const builtIn = (name: string) => `sound:${join(promptsFolder, 'pt-BR', name)}`;

/** What a telephone would receive: the A-law file, decoded by sox. */
async function heard(media: string | undefined): Promise<Audio> {
  const path = `${media?.replace('sound:', '')}.alaw`;
  const raw = ['-t', 'al', '-r', '8000', '-c', '1', path, '-t', 's16', '-L', '-'];
  const bytes = new Uint8Array(await run(sox(raw), '', AbortSignal.timeout(10_000)));
  return { samples: new Int16Array(bytes.buffer), rate: 8000 };
}

/** A recording of another make: stereo, 44.1 kHz, a tone that lasts `seconds`. */
async function studioRecords(name: string, seconds: number): Promise<void> {
  const path = join(home, 'prompts', `${name}.wav`);
  mkdirSync(join(path, '..'), { recursive: true });
  const tone = ['-n', '-r', '44100', '-c', '2', path, 'synth', String(seconds), 'sine', '440', 'vol', '0.05'];
  await run(sox(tone), '', AbortSignal.timeout(10_000));
  clock.advance(2000);
}

describe('the live voice', () => {
  test('says a name at the level of the recordings, without clipping or dead air', async () => {
    const { text, media } = await speechWith({ rhvoice, sox }).speak([maria]);
    expect(text).toBe('Falo com Maria? Tecle 1 para sim, ou 2 para não.');
    expect(media[1]).toBe(builtIn('confirm_name-2'));
    const audio = await heard(media[0]);
    expect(durationMs(audio)).toBeGreaterThan(500);
    expect(durationMs(audio)).toBeLessThan(3000);
    expect(Math.abs(speechLevelDb(audio) + 20)).toBeLessThan(2);
    expect(peakDb(audio)).toBeLessThan(-1);
    expect(silenceMs(audio).before).toBeLessThan(100);
  });

  test('is asked once for the same sentence, however often it is said', async () => {
    let asked = 0;
    const counted: Program = (args) => {
      asked += 1;
      return rhvoice(args);
    };
    const speech = speechWith({ rhvoice: counted, sox });
    const [first, second] = await Promise.all([speech.speak([maria]), speech.speak([maria])]);
    const third = await speech.speak([maria]);
    const afterRestart = await speechWith({ rhvoice: counted, sox }).speak([maria]);
    expect(new Set([first, second, third, afterRestart].map((spoken) => spoken.media[0])).size).toBe(1);
    expect(asked).toBe(1);
  });

  test('that is missing gives way to a sentence without the name', async () => {
    for (const programs of [{}, { sox }, { rhvoice: broken, sox }]) {
      const { media } = await speechWith(programs).speak([maria]);
      expect(media).toEqual([builtIn('confirm_name_plain')]);
    }
  });

  test('that is too slow gives way in time', async () => {
    const slow: Program = () => ({ file: 'sleep', args: ['2'] });
    const started = Promise.withResolvers<void>();
    const speech = speechWith({
      rhvoice: (args) => {
        started.resolve();
        return slow(args);
      },
      sox,
    });
    const speaking = speech.speak([maria]);
    await started.promise;
    clock.advance(2001);
    expect((await speaking).media).toEqual([builtIn('confirm_name_plain')]);
    expect(log).toContain('too slow');
  });

  test('falls to the next one when it fails, and no personal data reaches the log', async () => {
    const { media } = await speechWith({ rhvoice: broken, espeak: rhvoiceAsEspeak, sox }).speak([maria]);
    expect(durationMs(await heard(media[0]))).toBeGreaterThan(500);
    expect(log).toContain('A voice failed');
    expect(log).not.toMatch(/Maria/i);
  });
});

describe('a speech engine over HTTP', () => {
  test('is asked for the text, and the built-in voice speaks when it fails', async () => {
    const wav = join(home, 'engine.wav');
    await run(sox(['-n', '-r', '22050', wav, 'synth', '1.5', 'sine', '300']), '', AbortSignal.timeout(10_000));
    const asked: (string | null)[] = [];
    const server = createServer((request, response) => {
      const text = new URL(request.url ?? '', 'http://engine').searchParams.get('text');
      asked.push(text);
      if (text?.includes('José')) response.writeHead(500).end('no');
      else response.writeHead(200).end(readFileSync(wav));
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const speechUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/say?text={text}`;
      const speech = speechWith({ rhvoice, sox }, { speechUrl });
      const engine = await heard((await speech.speak([{ name: 'João & Filhos' }])).media[0]);
      expect(durationMs(engine)).toBeCloseTo(1720, -2);
      const fallback = await heard((await speech.speak([{ name: 'José' }])).media[0]);
      expect(durationMs(fallback)).toBeLessThan(1200);
      expect(asked).toEqual(['João & Filhos', 'José']);
    } finally {
      server.close();
    }
  });
});

describe('a prompt that the operator recorded', () => {
  test('is played at once in place of the built-in one, at our level, and is given up when its file goes', async () => {
    const speech = speechWith({ rhvoice, sox });
    const greet = async () => (await speech.speak([{ say: 'greeting' }])).media[0];
    expect(await greet()).toBe(builtIn('greeting'));

    await studioRecords('greeting', 1);
    const first = await heard(await greet());
    expect(durationMs(first)).toBeCloseTo(1000, -2);
    expect(Math.abs(speechLevelDb(first) + 20)).toBeLessThan(1);

    await studioRecords('greeting', 2);
    expect(durationMs(await heard(await greet()))).toBeCloseTo(2000, -2);

    rmSync(join(home, 'prompts', 'greeting.wav'));
    clock.advance(2000);
    expect(await greet()).toBe(builtIn('greeting'));
  });

  test('can be a piece around a slot, or a word of a number at every place of a sentence', async () => {
    const speech = speechWith({ rhvoice, sox });
    const unlock: Utterance = { say: 'unlock_done', with: { days: { count: 3, of: 'day' } } };
    const before = (await speech.speak([unlock])).media;
    await studioRecords('unlock_done-2', 1);
    await studioRecords('numbers/dias', 0.5);
    const after = (await speech.speak([unlock])).media;
    expect(before).toEqual(['unlock_done-1', 'unlock_done-2', 'numbers/tres', 'numbers/dias-final'].map(builtIn));
    expect(after.map((media, index) => media === before[index])).toEqual([true, false, true, false]);
  });

  test('in a folder that cannot be read does not silence the others', async () => {
    writeFileSync(join(home, 'prompts'), 'a file where a folder should be');
    const { media } = await speechWith({ rhvoice, sox }).speak([{ say: 'greeting' }]);
    expect(media).toEqual([builtIn('greeting')]);
    expect(log).toContain('cannot be read');
  });

  test('that is no sound at all leaves the built-in one', async () => {
    mkdirSync(join(home, 'prompts'));
    writeFileSync(join(home, 'prompts', 'greeting.wav'), 'not a sound');
    const { media } = await speechWith({ rhvoice, sox }).speak([{ say: 'greeting' }]);
    expect(media).toEqual([builtIn('greeting')]);
    expect(log).toContain('A replaced prompt cannot be played');
  });
});

describe('a recording that is missing', () => {
  let prompts: string;
  beforeEach(() => {
    prompts = join(home, 'repository');
    mkdirSync(join(prompts, 'pt-BR'), { recursive: true });
    copyFileSync(join(promptsFolder, 'pt-BR.yaml'), join(prompts, 'pt-BR.yaml'));
  });

  test('is said by the live voice', async () => {
    const { text, media } = await speechWith({ rhvoice, sox }, { promptsFolder: prompts }).speak([{ say: 'greeting' }]);
    expect(text).toMatch(/^Olá/);
    expect(durationMs(await heard(media[0]))).toBeGreaterThan(1000);
    expect(log).toContain('greeting');
  });

  test('leaves the rest of what is said when there is no voice either', async () => {
    const folder = join(prompts, 'pt-BR');
    cpSync(join(promptsFolder, 'pt-BR', 'goodbye.alaw'), join(folder, 'goodbye.alaw'));
    const speech = speechWith({}, { promptsFolder: prompts });
    const sentence: Utterance[] = [{ say: 'greeting' }, { say: 'goodbye' }];
    expect((await speech.speak(sentence)).media).toEqual([`sound:${join(folder, 'goodbye')}`]);

    cpSync(join(promptsFolder, 'pt-BR', 'greeting.alaw'), join(folder, 'greeting.alaw'));
    utimesSync(folder, clock.now(), clock.now());
    clock.advance(2000);
    expect((await speech.speak(sentence)).media).toHaveLength(2);
  });
});

const broken: Program = () => ({ file: '/nonexistent/voice', args: [] });

/** espeak-ng is not part of the runtime; this stands in its place and takes its arguments. */
const rhvoiceAsEspeak: Program = (args) => rhvoice(['-p', 'Leticia-F123', '-o', args.at(-1)!]);
