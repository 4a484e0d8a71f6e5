import { z } from 'zod';
import type { Agents } from '../../agents/service.ts';
import { AppError } from '../../kernel/errors.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';

/** `*55` and an agent's code; `*56`, `*57` with or without a reason's digit, `*58`. */
const code = /^\*(?:55(?<logIn>\d{2,8})|(?<logOut>56)|57(?<pause>\d?)|(?<ready>58))$/;

/**
 * Does for the agent at the calling extension what the number says that was dialled: `*55` and the code logs in, after the
 * PIN was keyed; `*56` logs out; `*57` pauses, with a digit for the reason; `*58` takes calls again.
 */
export const agentCode = nodeKind({
  type: 'agent_code',
  params: z.strictObject({}),
  waits: true,
  facts: () => ({
    exits: ['logged_in', 'logged_out', 'paused', 'ready', 'refused'],
    prompts: ['agent_ask_pin'],
  }),
  async run(context) {
    const { tenant, channel, parts, id } = context.call;
    const asked = code.exec(channel.dialled)?.groups;
    if (tenant.agents === undefined || asked === undefined) return 'refused';
    try {
      return await act(context, tenant.agents, asked);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      parts.logger.info({ callId: id, code: error.code }, 'what an agent dialled was refused');
      return 'refused';
    }
  },
});

async function act(context: NodeContext, agents: Agents, asked: Record<string, string | undefined>): Promise<string> {
  const extension = context.call.channel.callerNumber;
  if (asked['logIn'] !== undefined) {
    const rules = { lengths: [12], loneKeysCount: true, personal: true };
    const pin = await context.entry(context.utterances(['agent_ask_pin']), rules);
    if (pin.kind !== 'keyed') return 'refused';
    await agents.logIn(asked['logIn'], { extension, pin: pin.digits });
    return 'logged_in';
  }
  const agent = agents.at(extension);
  if (agent === undefined) return 'refused';
  if (asked['logOut'] !== undefined) {
    await agents.logOut(agent.code);
    return 'logged_out';
  }
  if (asked['pause'] !== undefined) {
    await agents.pauseByKey(agent.code, asked['pause']);
    return 'paused';
  }
  await agents.makeReady(agent.code);
  return 'ready';
}
