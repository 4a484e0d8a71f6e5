import { z } from 'zod';
import { shownAgent } from '../agents/schemas.ts';
import { extensionNumber } from '../exchange/schemas.ts';

export const queueNumber = extensionNumber;

/** A skill its callers need: how much of it after which wait, the first at 0; level 0: none any more. */
const skillNeed = z.object({
  skill: z.string().regex(/^[a-z0-9_-]{1,30}$/, 'skills are named by a-z, 0-9, _ and -'),
  levels: z
    .array(z.object({ afterSeconds: z.int().min(0).max(86_400), level: z.int().min(0).max(10) }))
    .min(1)
    .max(10)
    .refine(
      (levels) =>
        levels[0]?.afterSeconds === 0 &&
        levels.every((one, n) => n === 0 || one.afterSeconds > levels[n - 1]!.afterSeconds),
      'levels begin at 0 seconds and follow each other in time',
    ),
});

/** Spoken by the live voice. */
const sentence = z
  .string()
  .trim()
  .min(1)
  .max(400)
  .regex(/^[^{}]*$/, 'a sentence is said as it is, so it has no { and }');

const wishes = z.object({
  name: z.string().trim().min(1).max(80),
  strategy: z.enum(['longest_idle', 'round_robin', 'fewest_calls', 'skills', 'ring_all']),
  /** Minutes that its callers are ahead of those of a queue with weight 0 who want the same agent. */
  weight: z.int().min(0).max(100),
  skills: z.array(skillNeed).max(10),
  serviceLevelSeconds: z.int().min(1).max(3_600),
  /** Null: for ever. */
  maxWaitSeconds: z.int().min(1).max(86_400).nullable(),
  /** Null: any number of callers. */
  maxLength: z.int().min(0).max(10_000).nullable(),
  /**
   * Where a caller goes after the longest wait, from a queue that is full or closed, or when nobody takes the call: by the
   * exit `overflow` of the flow, into another queue, away to be called back in turn (after the longest wait; else by the
   * exit), through another flow, or into an extension's mailbox. Which one is said by the field of the same kind.
   */
  overflow: z.enum(['exit', 'queue', 'callback', 'flow', 'voicemail']),
  overflowQueue: queueNumber.nullable(),
  overflowFlow: z.string().min(1).max(60).nullable(),
  overflowExtension: extensionNumber.nullable(),
  /** How often position and expected wait are said; 0: never. */
  announceSeconds: z.int().min(0).max(3_600),
  announcePosition: z.boolean(),
  announceWait: z.boolean(),
  /** Sentences of the queue's own, one of them in turn at each announcement. */
  sentences: z.array(sentence).max(20),
  ringSeconds: z.int().min(5).max(300),
  /** Calls in a row that an agent may let ring before being paused. */
  misses: z.int().min(1).max(100),
  wrapUpSeconds: z.int().min(0).max(3_600),
  /** Whether agents' phones are asked to answer by themselves. */
  autoAnswer: z.boolean(),
  /** The name of opening hours, outside of which nobody waits; null: always open. */
  hours: z.string().min(1).max(60).nullable(),
  survey: z.boolean(),
  /** Whether callers may be called back without losing the place, and how long they have waited when it is offered. */
  callback: z.boolean(),
  callbackAfterSeconds: z.int().min(0).max(3_600),
});

export const queueSettings = wishes.extend({
  number: queueNumber,
  /** Whether its callers hear music of its own. */
  ownMusic: z.boolean(),
});
export type QueueSettings = z.infer<typeof queueSettings>;

export const newQueue = z.object({
  number: queueNumber,
  name: wishes.shape.name,
  strategy: wishes.shape.strategy.default('longest_idle'),
  weight: wishes.shape.weight.default(0),
  skills: wishes.shape.skills.default([]),
  serviceLevelSeconds: wishes.shape.serviceLevelSeconds.default(20),
  maxWaitSeconds: wishes.shape.maxWaitSeconds.default(null),
  maxLength: wishes.shape.maxLength.default(null),
  overflow: wishes.shape.overflow.default('exit'),
  overflowQueue: wishes.shape.overflowQueue.default(null),
  overflowFlow: wishes.shape.overflowFlow.default(null),
  overflowExtension: wishes.shape.overflowExtension.default(null),
  announceSeconds: wishes.shape.announceSeconds.default(45),
  announcePosition: wishes.shape.announcePosition.default(true),
  announceWait: wishes.shape.announceWait.default(true),
  sentences: wishes.shape.sentences.default([]),
  ringSeconds: wishes.shape.ringSeconds.default(20),
  misses: wishes.shape.misses.default(3),
  wrapUpSeconds: wishes.shape.wrapUpSeconds.default(15),
  autoAnswer: wishes.shape.autoAnswer.default(false),
  hours: wishes.shape.hours.default(null),
  survey: wishes.shape.survey.default(false),
  callback: wishes.shape.callback.default(false),
  callbackAfterSeconds: wishes.shape.callbackAfterSeconds.default(0),
});
export type NewQueue = z.infer<typeof newQueue>;

export const queueChange = wishes.partial();
export type QueueChange = z.infer<typeof queueChange>;

/** Who serves a queue; the smaller `position` comes first where nothing else decides. */
export const queueMember = z.object({ agent: z.string(), position: z.int().min(0).max(10_000).default(0) });
export type QueueMember = z.infer<typeof queueMember>;

/** The queue to which a waiting caller is to be moved. */
export const callerMove = z.object({ queue: queueNumber });

/** Who is in a queue now. */
const liveCaller = z.object({
  callId: z.uuid(),
  /** Null for one who is to be called back. */
  callerNumber: z.string().nullable(),
  isCallback: z.boolean(),
  position: z.int(),
  since: z.iso.datetime(),
  priority: z.int(),
  /** The codes of agents whose phones ring for the caller. */
  ringing: z.array(z.string()),
});

/** A queue as it is now. */
export const liveQueue = z.object({
  number: z.string(),
  name: z.string(),
  waiting: z.array(liveCaller),
  longestWaitMs: z.int(),
  /** What the next caller would be told; null when nobody serves the queue. */
  expectedWaitMs: z.int().nullable(),
  agents: z.array(shownAgent),
});
export type LiveQueue = z.infer<typeof liveQueue>;
