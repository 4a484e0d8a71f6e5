import { z } from 'zod';

/**
 * How a call ended; `not_allowed` when the extension may not call that number, `spending_limit` when a limit of what may
 * be called was reached, `unreachable` when no trunk took it, `lost`
 * when it ended while nobody was looking, `stopped` when the installation was shut down, `ended_by_program` when a
 * program asked for it, `transferred` when it was a consultation whose other side went on in another call, `picked_up` when it took
 * another call that rang, `blocked` when its tenant may not be called now.
 */
export const endReason = z.enum([
  'caller_hung_up',
  'agent_hung_up',
  'flow_ended',
  'left_to_dialplan',
  'not_answered',
  'not_allowed',
  'spending_limit',
  'unreachable',
  'stopped',
  'ended_by_program',
  'transferred',
  'picked_up',
  'blocked',
  'lost',
  'exchange_died',
  'failed',
]);
export type EndReason = z.infer<typeof endReason>;

/** Seen from the exchange: from outside, to the outside, or from one of its phones to what it has itself. */
export const direction = z.enum(['inbound', 'outbound', 'internal']);
export type Direction = z.infer<typeof direction>;

/** By what talks are recorded: an extension's number, a trunk's id, a queue's number. */
export const recordingRuleKind = z.enum(['extension', 'trunk', 'queue']);
export interface RecordingRule {
  readonly kind: z.infer<typeof recordingRuleKind>;
  readonly subject: string;
}

/** A recording of a call. */
export const recordingSummary = z.object({
  /** Its files are `/api/recordings/<name>.wav` and `.gsm` once it is stored. */
  name: z.string(),
  state: z.enum(['running', 'paused', 'stored', 'failed', 'removed']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Of the GSM file. */
  bytes: z.int().nullable(),
  /** Of the WAV file. */
  sha256: z.string().nullable(),
  /** Kept whatever the days of the tenant say. */
  held: z.boolean(),
  /** Since when it is in the object store. */
  archivedAt: z.iso.datetime().nullable(),
});
export type RecordingSummary = z.infer<typeof recordingSummary>;

/** How many days recordings are kept. */
export const recordingDays = z.int().min(1).max(3650);

/** One step the caller took: a node of a flow, from entering to leaving it. */
export const callStep = z.object({
  position: z.int(),
  flow: z.string(),
  node: z.string(),
  kind: z.string(),
  enteredAt: z.iso.datetime(),
  leftAt: z.iso.datetime().nullable(),
  exit: z.string().nullable(),
  /** Keys pressed; personal ones are only counted, as asterisks. */
  digits: z.string().nullable(),
});

/** One channel of a call: the caller's own, or one that was placed for it. */
const callLeg = z.object({
  /** The exchange's id of it. */
  channelId: z.string(),
  role: z.enum(['caller', 'placed']),
  number: z.string(),
  startedAt: z.iso.datetime(),
  ringingAt: z.iso.datetime().nullable(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Q.850; null while it is not known. */
  cause: z.int().nullable(),
  holdMs: z.int(),
});

/** Milliseconds; null until the call is over. */
const duration = z.int().nullable();

/** One row of the call log. */
export const callSummary = z.object({
  id: z.uuid(),
  /** The exchange's id of the caller's leg. */
  channelId: z.string(),
  /** What programs know the call by. */
  uniqueid: z.string(),
  direction,
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  endReason: endReason.nullable(),
  /** Q.850. */
  hangUpCause: z.int().nullable(),
  /** How long phones rang; the caller waited before the first talk; talked; somebody was on hold. */
  ringMs: duration,
  waitMs: duration,
  talkMs: duration,
  holdMs: duration,
  callerNumber: z.string(),
  dialled: z.string(),
  answeredBy: z.string().nullable(),
  subscriberId: z.string().nullable(),
  contractId: z.string().nullable(),
  protocols: z.array(z.string()),
  json1: z.string().nullable(),
  json2: z.string().nullable(),
  json3: z.string().nullable(),
});
export type CallSummary = z.infer<typeof callSummary>;

export const callDetail = callSummary.extend({ steps: z.array(callStep), legs: z.array(callLeg) });
export type CallDetail = z.infer<typeof callDetail>;
