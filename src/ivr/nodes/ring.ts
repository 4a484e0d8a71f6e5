import { z } from 'zod';
import type { Talk } from '../../telephony/port.ts';
import { agentScreens } from '../agent-screens.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';

/**
 * Rings the phones of a group or an extension together, with music on hold. `talked` when the agent hung up and the
 * caller is still there. The agent's screen is told while a phone rings, and when the call is lost to it.
 */
export const ring = nodeKind({
  type: 'ring',
  params: z.strictObject({ number: z.string().regex(/^\d{2,8}$/), seconds: z.int().min(5).max(300).default(30) }),
  waits: true,
  limitMs: undefined,
  facts: () => ({ exits: ['talked', 'no_answer'] }),
  async run(context, { number, seconds }) {
    const { channel, tenant, parts } = context.call;
    // After a restart the caller may be talking already: that talk was this node's.
    if (channel.talk !== undefined) return talkOver(context, channel.talk);
    const extensions = tenant.exchange.ringTargets(number);
    if (extensions.length === 0) return 'no_answer';
    const result = await parts.telephony.ring(channel, {
      extensions,
      timeoutMs: seconds * 1000,
      music: true,
      onPhone: agentScreens(context),
    });
    if (result.kind !== 'answered') return 'no_answer';
    context.note({ answeredBy: result.extension });
    return talkOver(context, result.talk);
  },
});

async function talkOver(context: NodeContext, talk: Talk): Promise<string> {
  context.session.talked = true;
  await talk.ended;
  // Keys pressed while talking were meant for whoever listened.
  context.call.keypad.clear();
  return 'talked';
}
