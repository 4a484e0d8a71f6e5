import { z } from 'zod';

/** How a call ended; `lost` when it ended while nobody was looking, `stopped` when the installation was shut down. */
export const endReason = z.enum([
  'caller_hung_up',
  'agent_hung_up',
  'flow_ended',
  'left_to_dialplan',
  'not_answered',
  'stopped',
  'lost',
  'exchange_died',
  'failed',
]);
export type EndReason = z.infer<typeof endReason>;

/** One step the caller took: a node of a flow, from entering to leaving it. */
const callStep = z.object({
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

/** One row of the call log. */
export const callSummary = z.object({
  id: z.uuid(),
  /** The exchange's id of the caller's leg. */
  channelId: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  endReason: endReason.nullable(),
  hangUpCause: z.int().nullable(),
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

export const callDetail = callSummary.extend({ steps: z.array(callStep) });
export type CallDetail = z.infer<typeof callDetail>;
