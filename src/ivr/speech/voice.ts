import { writeFile } from 'node:fs/promises';
import { AppError } from '../../kernel/errors.ts';
import { type Program, run } from './command.ts';

/** Something that can read any text aloud. */
export interface Voice {
  /** Part of the cache's key: another voice must not answer with this one's sound. */
  readonly name: string;
  /**
   * Writes a WAV file of any rate.
   * @throws AppError `missing_part` when it cannot, or the signal's reason
   */
  synthesize(text: string, wavPath: string, signal: AbortSignal): Promise<void>;
}

/** The built-in voice: Letícia-F123 at its native rate. The text goes by standard input, where no process list shows it. */
export function rhvoice(program: Program): Voice {
  return {
    name: 'Leticia-F123',
    synthesize: async (text, wavPath, signal) => {
      await run(program(['-p', 'Leticia-F123', '-o', wavPath]), `${text}\n`, signal);
    },
  };
}

/** The last resort: a robot, but one that speaks. */
export function espeak(program: Program): Voice {
  return {
    name: 'espeak-ng pt-br',
    synthesize: async (text, wavPath, signal) => {
      await run(program(['-v', 'pt-br', '-s', '150', '--stdin', '-w', wavPath]), `${text}\n`, signal);
    },
  };
}

/**
 * A speech engine over HTTP.
 * @param urlTemplate GET address with `{text}` where the encoded text goes; it must answer with a WAV file
 */
export function httpVoice(urlTemplate: string): Voice {
  return {
    name: urlTemplate,
    synthesize: async (text, wavPath, signal) => {
      const response = await fetch(urlTemplate.replace('{text}', encodeURIComponent(text)), { signal });
      const body = new Uint8Array(await response.arrayBuffer());
      const isWav = new TextDecoder('latin1').decode(body.subarray(0, 4)) === 'RIFF';
      if (!response.ok || !isWav) {
        const { host } = new URL(urlTemplate);
        throw new AppError(
          'missing_part',
          `The speech engine at ${host} answered ${response.status} without a WAV file.`,
        );
      }
      await writeFile(wavPath, body, { mode: 0o600 });
    },
  };
}
