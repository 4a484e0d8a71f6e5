import { z } from 'zod';
import { queueNumber } from '../../queues/schemas.ts';
import type { Talk } from '../../telephony/port.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';
import { inQueue, talkOver } from '../queuing.ts';
import { plainValue } from '../slots.ts';

/** The variable that names the queue that a call is for, where it was called by its number. */
export const calledQueue = 'called_queue';

/**
 * Waits in a queue for an agent, with music and, now and then, the position and the expected wait. A call that comes back,
 * after a restart too, has its place as before. While nobody who serves the queue is logged in, and where there is no such
 * queue, the phones of the group or the extension of the number ring together.
 *
 * `talked` and `survey` when the agent hung up and the caller is still there, by whether the queue wants a note;
 * `callback` when the caller is to be called back, whose place `callback_request` keeps; `overflow` for whoever is not
 * served there.
 */
export const queue = nodeKind({
  type: 'queue',
  params: z.strictObject({
    number: queueNumber,
    /** Minutes that the caller is ahead of others. */
    priority: z.int().min(0).max(1_000).default(0),
    /** How long phones ring where no agent is logged in. */
    seconds: z.int().min(5).max(300).default(40),
  }),
  waits: true,
  limitMs: undefined,
  facts: () => ({ exits: ['talked', 'survey', 'callback', 'overflow'] }),
  async run(context, { number: usual, priority, seconds }) {
    const { channel, tenant, id } = context.call;
    const number = tenant.queues?.waitingIn(id) ?? called(context) ?? usual;
    // After a restart the caller may be talking already, or have talked: that talk was this node's.
    const { talk } = channel;
    const { outcome, queue: last } =
      talk !== undefined
        ? await goOn(context, tenant.queues?.talkingIn(id) ?? number, talk)
        : (await hasTalked(context))
          ? ({ outcome: 'talked', queue: number } as const)
          : await inQueue(context, { number, priority, seconds, offersCallback: true });
    if (outcome !== 'talked') return outcome;
    return tenant.queues?.settings(last)?.survey === false ? 'talked' : 'survey';
  },
});

/** Whether the talk for which the caller came here was over before it could be noted that the caller goes on. */
async function hasTalked({ call, session }: NodeContext): Promise<boolean> {
  const { isResumed, enteredAt } = session;
  if (!isResumed || enteredAt === undefined || call.tenant.queues?.waitingIn(call.id) !== undefined) return false;
  const was = (await call.tenant.queues?.wasAnswered(call.id, enteredAt)) ?? false;
  if (was) session.talked = true;
  return was;
}

async function goOn(context: NodeContext, number: string, talk: Talk) {
  return { outcome: await talkOver(context, number, talk), queue: number };
}

function called({ session }: NodeContext): string | undefined {
  return plainValue(session.get(calledQueue));
}
