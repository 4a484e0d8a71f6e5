import type { Catalogue } from './speech/catalogue.ts';
import { plan } from './speech/plan.ts';
import type { Speech } from './speech/speech.ts';

/**
 * Prompts as texts, one a media entry: for the terminal and for tests.
 * @param today `YYYY-MM-DD`
 * @param onProblem told about what cannot be said
 */
export function textSpeech(catalogue: Catalogue, today: () => string, onProblem: (problem: string) => void): Speech {
  const context = { catalogue, today, isReplaced: () => false, onProblem };
  return {
    speak: (utterances) => {
      const texts = utterances.map((utterance) => plan(utterance, context).text()).filter((text) => text !== '');
      return Promise.resolve({ text: texts.join(' '), media: texts });
    },
  };
}
