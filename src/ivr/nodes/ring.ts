import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { inQueue, talkOver } from '../queuing.ts';

/**
 * Rings the phones of a group or an extension together, with music on hold, or waits in the queue of that number. `talked`
 * when the agent hung up and the caller is still there. The agent's screen is told while a phone rings, and when the call
 * is lost to it.
 */
export const ring = nodeKind({
  type: 'ring',
  params: z.strictObject({ number: z.string().regex(/^\d{2,8}$/), seconds: z.int().min(5).max(300).default(30) }),
  waits: true,
  limitMs: undefined,
  facts: () => ({ exits: ['talked', 'no_answer'] }),
  async run(context, { number: usual, seconds }) {
    const { channel, tenant, id } = context.call;
    const number = tenant.queues?.waitingIn(id) ?? usual;
    // After a restart the caller may be talking already: that talk was this node's.
    if (channel.talk !== undefined) return talkOver(context, number, channel.talk);
    const { outcome } = await inQueue(context, { number, priority: 0, seconds, offersCallback: false });
    return outcome === 'talked' ? 'talked' : 'no_answer';
  },
});
