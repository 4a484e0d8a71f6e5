import { z } from 'zod';

/**
 * What every message of a live stream looks like, whatever it tells. Programs ignore types that they do not know: later
 * versions tell more.
 */
export const liveEvent = z.object({
  /** Grows with each event of the tenant; others' events lie between those that a program hears. */
  id: z.int(),
  at: z.iso.datetime(),
  /** Whom or what it is about: `extension/1001`. */
  topic: z.string(),
  /** The room's word and what happened: `window.opened`. */
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type LiveEvent = z.infer<typeof liveEvent>;

/** The first message of a connection: how everything stands. Events follow that happened after it. */
export const snapshotType = 'stream.snapshot';
/** The first message of a connection that goes on where one was lost: the events missed follow. */
export const resumedType = 'stream.resumed';

/** The topic of what somebody should look into at once; an administrator's programs hear it. */
export const alarmTopic = 'alarms';
