import { join, resolve } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { SoundCache } from './cache.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import type { SpeechPrograms } from './command.ts';
import { LiveVoice } from './live-voice.ts';
import { Replacements } from './replacements.ts';
import { warnSeldom } from './seldom.ts';
import { createSpeech } from './service.ts';
import { SoundFolder } from './sound-folder.ts';
import type { Speech } from './speech.ts';
import { espeak, httpVoice, rhvoice } from './voice.ts';

/** Where the repository keeps its prompts. */
export const promptsFolder = resolve(import.meta.dirname, '../../../prompts');

export interface SpeechSettings {
  /** `<home>/prompts` may hold the operator's recordings; `<home>/speech-cache` is ours. */
  readonly home: string;
  readonly timeZone: string;
  readonly programs: SpeechPrograms;
  /** `SPEECH_URL`: an HTTP speech engine, `{text}` in it, tried before the built-in voice. */
  readonly speechUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly deadlineMs?: number;
  readonly cacheBytes?: number;
  /** Another place for `pt-BR.yaml` and `pt-BR/`; tests use it. */
  readonly promptsFolder?: string;
}

/**
 * @returns the speech, and the prompts by id for the flow checker
 * @throws AppError `invalid_configuration` when the prompt file is wrong
 */
export function createSpeechPlugin(settings: SpeechSettings): { speech: Speech; catalogue: Catalogue } {
  const { programs, speechUrl, clock, log } = settings;
  const folder = settings.promptsFolder ?? promptsFolder;
  const nowMs = () => clock.now().getTime();
  const warn = warnSeldom(log, nowMs);
  const voices = [
    speechUrl === undefined ? [] : httpVoice(speechUrl),
    programs.rhvoice === undefined ? [] : rhvoice(programs.rhvoice),
    programs.espeak === undefined ? [] : espeak(programs.espeak),
  ].flat();
  const cache = new SoundCache(join(settings.home, 'speech-cache'), settings.cacheBytes ?? 200_000_000);
  const catalogue = readCatalogue(join(folder, 'pt-BR.yaml'));
  const speech = createSpeech({
    catalogue,
    recordings: new SoundFolder(join(folder, 'pt-BR'), nowMs, warn),
    replacements: new Replacements(join(settings.home, 'prompts'), nowMs, warn),
    voice: new LiveVoice(voices, programs.sox, cache, warn),
    clock,
    timeZone: settings.timeZone,
    deadlineMs: settings.deadlineMs ?? 2000,
    log,
    warn,
  });
  return { speech, catalogue };
}
