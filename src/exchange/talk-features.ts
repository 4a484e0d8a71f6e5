import type { TalkSide, TransferRequest } from '../telephony/parties.ts';
import type { KeyPress } from '../telephony/port.ts';
import { type Consultations, createConsultations } from './consultation.ts';
import { type FeatureAct, keyedInTalk, keyedWhole } from './feature-code.ts';
import { createResumption } from './resumption.ts';
import { createTransfers } from './transfer.ts';
import { createTransferSteps, isGone, type TransferSurroundings } from './transfer-steps.ts';

/** What phones may do with a talk: by their own keys (REFER) or by codes. */
export interface TalkFeatures {
  /** Never fails. */
  transfer(request: TransferRequest): void;
  /** Never fails. */
  keyed(key: KeyPress): void;
  /** Takes up what a channel was in when our process died; undefined when that was a talk, or nothing. */
  readonly resume: ReturnType<typeof createResumption>;
}

/** After so long without a key a number is whole. */
const wholeAfterMs = 3_000;

export function createTalkFeatures(around: TransferSurroundings): TalkFeatures {
  const { clock, logger } = around;
  const steps = createTransferSteps(around);
  const consultations = createConsultations(around, steps);
  const transfer = createTransfers(around, steps);
  const act = actOn(consultations, transfer);
  const pads = new Map<string, { keys: string; pause: AbortController }>();

  function take(legId: string, asked: TalkSide, wanted: FeatureAct | undefined): void {
    if (wanted === undefined) return;
    act(asked, wanted).catch((error: unknown) => {
      if (!isGone(error)) logger.error({ err: error, leg: legId, act: wanted.kind }, 'a feature code failed');
    });
  }

  /** No further key has come. */
  function whole(legId: string, asked: TalkSide, keys: string): void {
    pads.delete(legId);
    take(legId, asked, keyedWhole(keys).act);
  }

  return {
    transfer(request) {
      if (consultations.isAsking(request.caller)) void request.tell('refused');
      else void transfer(request);
    },
    keyed({ legId, digit, side }) {
      const before = pads.get(legId);
      before?.pause.abort();
      pads.delete(legId);
      if (side === undefined) return;
      const phase = side.by === 'caller' && consultations.isAsking(side.caller) ? 'consultation' : 'talk';
      const { keys, act: wanted } = keyedInTalk(before?.keys ?? '', digit, phase);
      take(legId, side, wanted);
      if (keys === '') return;
      const pause = new AbortController();
      pads.set(legId, { keys, pause });
      clock.sleep(wholeAfterMs, pause.signal).then(
        () => whole(legId, side, keys),
        () => undefined,
      );
    },
    resume: createResumption(around, steps, consultations),
  };
}

function actOn(consultations: Consultations, transfer: (request: TransferRequest) => Promise<void>) {
  return async (asked: TalkSide, wanted: FeatureAct): Promise<void> => {
    const isAsking = consultations.isAsking(asked.caller);
    if (!('number' in wanted)) {
      return wanted.kind === 'back' ? consultations.back(asked.caller) : consultations.together(asked.caller);
    }
    // Who is asked, or asks, in a consultation does not transfer it.
    if (isAsking || asked.caller.talk === undefined) return;
    if (wanted.kind === 'consult') return void (await consultations.begin(asked, wanted.number));
    await transfer({ ...asked, to: { kind: 'number', number: wanted.number }, tell: async () => undefined });
  };
}
