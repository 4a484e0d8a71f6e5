import { spokenAmount } from './amounts.ts';
import type { Catalogue } from './catalogue.ts';
import { spokenDate, spokenDuration, spokenTime } from './dates.ts';
import { spokenDigits, spokenKey, spokenProtocol } from './digits.ts';
import { digitRecordings, fragmentRecordings } from './fragments.ts';
import { spokenName, spokenStreet, spokenText } from './names.ts';
import { nouns } from './nouns.ts';
import { counted, type Fragment } from './numbers.ts';
import { fill, type Piece, type Prompt } from './prompt.ts';
import type { Recording } from './recording.ts';
import type { SlotValues, Utterance } from './utterance.ts';

/** What is to be played for an utterance, before anything is looked for on disk. */
export type Part =
  | { readonly kind: 'recorded'; readonly recording: Recording }
  /** Free text for the live voice. */
  | { readonly kind: 'live'; readonly text: string }
  /** The first, or when any part of it cannot be had, the other. */
  | { readonly kind: 'either'; readonly first: readonly Part[]; readonly otherwise: readonly Part[] };

export interface Plan {
  /** What a person reads. Made when it is asked for: on the telephone nobody does. */
  readonly text: () => string;
  /** The same with digits as words: what the live voice says when this is part of a longer free text. */
  readonly voiceText: () => string;
  readonly parts: readonly Part[];
}

/** What planning looks up. */
export interface PlanContext {
  readonly catalogue: Catalogue;
  /** `YYYY-MM-DD`; asked only for dates, since finding it takes longer than all the rest. */
  readonly today: () => string;
  /** Whether the operator recorded this name: then the prompt's pieces are played even around a live name. */
  readonly isReplaced: (name: string) => boolean;
  /** Told about what cannot be said; the rest is. It must not get personal data. */
  readonly onProblem: (problem: string) => void;
}

const silent = () => '';
const nothing: Plan = { text: silent, voiceText: silent, parts: [] };

/** Plans what a caller hears. What is wrong (an unknown prompt, an impossible date) is reported and left out. */
export function plan(utterance: Utterance, context: PlanContext, endsSentence = true): Plan {
  try {
    return planned(utterance, context, endsSentence);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.onProblem(error.message);
    return nothing;
  }
}

function planned(utterance: Utterance, context: PlanContext, ends: boolean): Plan {
  if ('say' in utterance) return planPrompt(utterance.say, utterance.with ?? {}, context);
  if ('text' in utterance) return planText(utterance.text, utterance.with ?? {}, context);
  if ('digits' in utterance) return dictated(utterance.digits, [spokenDigits(utterance.digits)]);
  if ('protocol' in utterance) return dictated(utterance.protocol, spokenProtocol(utterance.protocol));
  if ('key' in utterance) return { ...fragments([spokenKey(utterance.key)], ends), text: () => utterance.key };
  if ('amountCents' in utterance) return fragments(spokenAmount(utterance.amountCents), ends);
  if ('date' in utterance) return fragments(spokenDate(utterance.date, context.today()), ends);
  if ('time' in utterance) return fragments(spokenTime(utterance.time), ends);
  if ('minutes' in utterance) return fragments(spokenDuration(utterance.minutes), ends);
  if ('count' in utterance) {
    const { one, many, gender } = nouns[utterance.of];
    return fragments(counted(utterance.count, one, many, gender), ends);
  }
  if ('name' in utterance) return live(spokenName(utterance.name, utterance.first));
  return live(spokenStreet(utterance.street));
}

function planPrompt(id: string, values: SlotValues, context: PlanContext): Plan {
  const prompt = context.catalogue.get(id);
  if (prompt === undefined) {
    context.onProblem(`there is no prompt ${id}`);
    return nothing;
  }
  const filled = planSlots(prompt.slots, values, context, id);
  const parts = prompt.sections.flatMap((section): Part[] => {
    if (section.kind === 'fixed') return [{ kind: 'recorded', recording: section.recording }];
    return planSentence(section.template, section.pieces, filled, context);
  });
  return { ...texts(prompt.template, filled), parts: withPlainVariant(prompt, parts, values, context) };
}

/**
 * A sentence with free text in it is said by the live voice as a whole: "Falo com Maria?" is a question only then.
 * Without the voice, or around a studio's recordings, its pieces are played.
 */
function planSentence(
  template: string,
  pieces: readonly Piece[],
  filled: (slot: string, ends?: boolean) => Plan,
  context: PlanContext,
): Part[] {
  const inPieces = pieces.flatMap((piece): readonly Part[] =>
    'slot' in piece ? filled(piece.slot, piece.endsSentence).parts : [{ kind: 'recorded', recording: piece }],
  );
  const replaced = pieces.some((piece) => 'name' in piece && context.isReplaced(piece.name));
  if (!hasLive(inPieces) || replaced) return inPieces;
  const whole: Part = { kind: 'live', text: texts(template, filled).voiceText() };
  return [{ kind: 'either', first: [whole], otherwise: inPieces.filter((part) => part.kind !== 'live') }];
}

/** A prompt whose live voice may fail can have a variant that needs none: `confirm_name_plain`. */
function withPlainVariant(prompt: Prompt, parts: Part[], values: SlotValues, context: PlanContext): Part[] {
  const plain = `${prompt.id}_plain`;
  if (!context.catalogue.has(plain) || !hasLive(parts)) return parts;
  const first = parts.flatMap((part) => (part.kind === 'either' ? part.first : [part]));
  return [{ kind: 'either', first, otherwise: planPrompt(plain, values, context).parts }];
}

function planText(template: string, values: SlotValues, context: PlanContext): Plan {
  const filled = planSlots(Object.keys(values), values, context, 'a text');
  const { text, voiceText } = texts(spokenText(template), filled);
  return { text, voiceText, parts: live(voiceText()).parts };
}

/** The slots' plans, by name and by whether the slot ends its sentence. */
function planSlots(slots: readonly string[], values: SlotValues, context: PlanContext, id: string) {
  for (const slot of slots) {
    if (values[slot] === undefined) context.onProblem(`nothing was given for {${slot}} of ${id}`);
  }
  const known = new Map<string, Plan>();
  return (slot: string, ends = false): Plan => {
    const key = `${slot} ${ends}`;
    const plan = known.get(key) ?? planSlot(values[slot] ?? [], ends, context);
    known.set(key, plan);
    return plan;
  };
}

function planSlot(value: Utterance | readonly Utterance[], ends: boolean, context: PlanContext): Plan {
  const utterances: readonly Utterance[] = Array.isArray(value) ? value : [value as Utterance];
  const plans = utterances.map((each, index) => plan(each, context, ends && index === utterances.length - 1));
  return {
    text: () => plans.map((each) => each.text()).join(', '),
    voiceText: () => plans.map((each) => each.voiceText()).join(', '),
    parts: plans.flatMap((each) => each.parts),
  };
}

function texts(template: string, filled: (slot: string) => Plan): Pick<Plan, 'text' | 'voiceText'> {
  return {
    text: () => fill(template, (slot) => filled(slot).text()),
    voiceText: () => fill(template, (slot) => filled(slot).voiceText()),
  };
}

function hasLive(parts: readonly Part[]): boolean {
  return parts.some((part) => part.kind === 'live' || (part.kind === 'either' && hasLive(part.first)));
}

function dictated(text: string, groups: readonly string[][]): Plan {
  return {
    text: () => text,
    voiceText: () => groups.flat().join(', '),
    parts: recorded(groups.flatMap(digitRecordings)),
  };
}

function fragments(words: readonly Fragment[], endsSentence: boolean): Plan {
  const text = () => words.join(' ');
  return { text, voiceText: text, parts: recorded(fragmentRecordings(words, endsSentence)) };
}

function recorded(recordings: readonly Recording[]): Part[] {
  return recordings.map((recording) => ({ kind: 'recorded', recording }));
}

function live(text: string): Plan {
  return text === '' ? nothing : { text: () => text, voiceText: () => text, parts: [{ kind: 'live', text }] };
}
