import { type Clock, localDate } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Catalogue } from './catalogue.ts';
import { finalSuffix } from './fragments.ts';
import type { LiveVoice } from './live-voice.ts';
import { type Part, type Plan, type PlanContext, plan } from './plan.ts';
import type { Recording } from './recording.ts';
import type { Replacements } from './replacements.ts';
import type { SeldomWarning } from './seldom.ts';
import type { SoundFolder } from './sound-folder.ts';
import type { Speech, Spoken } from './speech.ts';
import type { Utterance } from './utterance.ts';

export interface SpeechParts {
  readonly catalogue: Catalogue;
  readonly recordings: SoundFolder;
  readonly replacements: Replacements;
  readonly voice: LiveVoice;
  readonly clock: Clock;
  readonly timeZone: string;
  /** How long a caller waits for the live voice before its fallback is played. */
  readonly deadlineMs: number;
  readonly log: Logger;
  readonly warn: SeldomWarning;
}

/** Paths without extension, or undefined when any of it cannot be had. */
type Resolved = readonly string[] | undefined;

/** One sentence's wait for the live voice, started by the first part that needs it. */
type Deadline = () => Promise<undefined>;

/** Why the wait for the live voice is dropped. Made once: an abort without a reason makes an error each time. */
const spokenReason = new Error('the sentence is complete');

/** @returns the speech of the contact centre, over recordings, replacements and the live voice */
export function createSpeech(parts: SpeechParts): Speech {
  const { catalogue, recordings, replacements, voice, clock, log, warn } = parts;

  async function speak(utterances: readonly Utterance[]): Promise<Spoken> {
    const problems = new Set<string>();
    const context: PlanContext = {
      catalogue,
      today: () => localDate(clock.now(), parts.timeZone),
      isReplaced: (name) => replacements.find(name) !== undefined,
      onProblem: (problem) => problems.add(problem),
    };
    const plans = utterances.map((utterance) => plan(utterance, context));
    for (const problem of problems) warn(problem, 'Part of a sentence cannot be said.');
    const finished = new AbortController();
    const bases = await resolveEach(
      plans.flatMap((each) => each.parts),
      deadlineOnce(finished.signal),
    );
    finished.abort(spokenReason);
    return {
      get text() {
        return textOf(plans);
      },
      media: bases.map((base) => `sound:${base}`),
    };
  }

  /** Everything that can be had, in order. */
  async function resolveEach(parts: readonly Part[], deadline: Deadline): Promise<string[]> {
    // Nearly everything is, and a sentence of twenty pieces then costs no promise for each.
    const ready = parts.map(atHand);
    if (ready.every((base) => base !== undefined)) return ready;
    const resolved = await Promise.all(parts.map((part) => resolve(part, deadline)));
    return resolved.flatMap((bases) => bases ?? []);
  }

  /** The repository's own recording, unless the operator's must be made ready or the live voice take its place. */
  function atHand(part: Part): string | undefined {
    if (part.kind !== 'recorded') return undefined;
    const { name } = part.recording;
    const isReplaced = replacements.find(name) !== undefined || replacements.find(plainNameOf(name)) !== undefined;
    return isReplaced ? undefined : recordedBase(name);
  }

  function recordedBase(name: string): string | undefined {
    return recordings.find(name) ?? recordings.find(plainNameOf(name));
  }

  async function resolve(part: Part, deadline: Deadline): Promise<Resolved> {
    if (part.kind === 'recorded') return one(await findRecording(part.recording, deadline));
    if (part.kind === 'live') return one(await inTime(voice.say(part.text), deadline, 'free text'));
    const first = await Promise.all(part.first.map((each) => resolve(each, deadline)));
    if (first.every((bases) => bases !== undefined)) return first.flat();
    return resolveEach(part.otherwise, deadline);
  }

  /** The operator's file, the one of the repository, or the live voice, whichever comes first and works. */
  async function findRecording(recording: Recording, deadline: Deadline): Promise<string | undefined> {
    const replacement = replacements.find(recording.name) ?? replacements.find(plainNameOf(recording.name));
    if (replacement !== undefined) {
      const base = await inTime(voice.play(replacement), deadline, recording.name);
      if (base !== undefined) return base;
    }
    const base = recordedBase(recording.name);
    if (base !== undefined) return base;
    warn(recording.name, 'A recording is missing; the live voice says it. To make it: npm run prompts');
    return inTime(voice.say(recording.text), deadline, recording.name);
  }

  async function inTime(work: Promise<string | undefined>, deadline: Deadline, what: string) {
    let late = false;
    const lateness = deadline().then(() => {
      late = true;
      return undefined;
    });
    const base = await Promise.race([work, lateness]);
    if (late) warn(what, 'The live voice was too slow; its fallback is played.', { deadlineMs: parts.deadlineMs });
    return base;
  }

  function deadlineOnce(finished: AbortSignal): Deadline {
    let started: Promise<undefined> | undefined;
    const nothing = () => undefined;
    // Aborted when everything was in time, so that no timer outlives its sentence; nobody looks at it then.
    return () => (started ??= clock.sleep(parts.deadlineMs, finished).then(nothing, nothing));
  }

  return {
    async speak(utterances) {
      try {
        return await speak(utterances);
      } catch (error) {
        log.error({ err: error }, 'Speaking failed: the caller hears nothing of this sentence.');
        return { text: '', media: [] };
      }
    },
  };
}

/** An operator who recorded "reais" once means it at the end of a sentence too. */
function plainNameOf(name: string): string {
  return name.endsWith(finalSuffix) ? name.slice(0, -finalSuffix.length) : name;
}

function textOf(plans: readonly Plan[]): string {
  return plans
    .map((each) => each.text())
    .filter((text) => text !== '')
    .join(' ');
}

function one(base: string | undefined): Resolved {
  return base === undefined ? undefined : [base];
}
