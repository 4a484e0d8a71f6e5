import { z } from 'zod';
import { extensionNumber } from '../exchange/schemas.ts';
import { agentStates } from './agent-state.ts';

const code = z.string().regex(/^\d{2,8}$/, 'must have 2 to 8 digits');
const pin = z.string().regex(/^\d{4,12}$/, 'must have 4 to 12 digits');
const name = z.string().trim().min(1).max(80);
/** Skill to level, 1 to 10. */
const skills = z
  .record(z.string().regex(/^[a-z0-9_-]{1,30}$/, 'skills are named by a-z, 0-9, _ and -'), z.int().min(1).max(10))
  .refine((all) => Object.keys(all).length <= 50, 'an agent has at most 50 skills');

/** Why somebody does not take calls; what a person reads. */
export const pauseReason = z.string().trim().min(1).max(60);

export const agentCode = z.object({ code });

export const newAgent = z.object({ code, name, pin, skills: skills.default({}) });
export type NewAgent = z.infer<typeof newAgent>;

export const agentChange = newAgent
  .omit({ code: true, skills: true })
  .extend({ skills, enabled: z.boolean() })
  .partial();
export type AgentChange = z.infer<typeof agentChange>;

/** An agent as it is now. */
export const shownAgent = z.object({
  code: z.string(),
  name: z.string(),
  skills: z.record(z.string(), z.int()),
  enabled: z.boolean(),
  state: z.enum(agentStates),
  /** Why it is paused, or was logged out by somebody else. */
  reason: z.string().nullable(),
  /** The pause that begins when the call is over. */
  nextPause: z.string().nullable(),
  /** Where it is logged in. */
  extension: z.string().nullable(),
  /** Of the call that it is rung for, talks in, or wraps up. */
  queue: z.string().nullable(),
  callId: z.uuid().nullable(),
  /** Null for who has never logged in. */
  since: z.iso.datetime().nullable(),
  /** Calls answered since the login. */
  answered: z.int(),
});
export type ShownAgent = z.infer<typeof shownAgent>;

/** `pin` may be left out by an administrator's token only. */
export const logIn = z.object({ extension: extensionNumber, pin: pin.optional() });
export const pauseRequest = z.object({ reason: pauseReason });
export const logOut = z.object({ reason: pauseReason.optional() });

/** A supervisor's extension, from which an agent's talk is heard. */
export const watchWish = z.object({ extension: extensionNumber, mode: z.enum(['listen', 'whisper', 'barge']) });
export type WatchMode = z.infer<typeof watchWish>['mode'];

/** What a call was about: three levels of the tenant's own words. */
const tab = z.string().trim().min(1).max(60);
export const disposition = z.object({
  tab1: tab,
  tab2: tab.nullable().default(null),
  tab3: tab.nullable().default(null),
});
export type Disposition = z.infer<typeof disposition>;

/** The words that a tenant's agents choose among; of an empty list they say what they like. */
export const agentWords = z.object({
  /** Why they pause; at a phone the first is `*571`, and so on to `*579`. */
  pauses: z.array(pauseReason).max(50),
  /** What calls were about: whole, so `tab2` and `tab3` are those that belong to a `tab1`. */
  dispositions: z.array(disposition).max(1_000),
});
export type AgentWords = z.infer<typeof agentWords>;

/** `data` of the event `agent.changed`. */
export const agentChanged = z.object({ agent: shownAgent });
