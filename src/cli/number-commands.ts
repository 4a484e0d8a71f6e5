import { type InboundNumber, inboundNumber } from '../exchange/schemas.ts';
import type { CallRoutes } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { kinds, type OfTenant, readCommandLine } from './command-line.ts';

/** What `npm run numbers` was asked to do. */
export type NumberCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'put'; readonly entry: InboundNumber }
    | { readonly act: 'remove'; readonly number: string }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readNumberCommand(args: readonly string[]): NumberCommand {
  return readCommandLine(args, {
    name: 'numbers',
    uses: [
      'list',
      'put NUMBER --flow NAME|--target EXTENSION-OR-GROUP [--hours NAME --closed-flow NAME|--closed-target NUMBER]',
      'remove NUMBER',
    ],
    notes: ['NUMBER: +553432221000, or digits for a menu that is called inside'],
    words: 2,
    settings: {
      flow: kinds.text,
      target: kinds.text,
      hours: kinds.text,
      closedFlow: kinds.text,
      closedTarget: kinds.text,
    },
    read([act, number], { flow = null, target = null, hours = null, closedFlow = null, closedTarget = null }) {
      if (act === 'list' && number === undefined) return { act };
      if (act === 'remove') return { act, number: inboundNumber.shape.number.parse(number) };
      if (act !== 'put') return undefined;
      return { act, entry: inboundNumber.parse({ number, flow, target, hours, closedFlow, closedTarget }) };
    },
  });
}

/** Does it, and says it. @returns lines for the terminal */
export async function runNumberCommand(
  routes: CallRoutes,
  tenantId: number,
  command: NumberCommand,
): Promise<string[]> {
  if (command.act === 'list') {
    const numbers = await routes.inbound(tenantId);
    if (numbers.length === 0) return ['There are no inbound numbers.'];
    return alignedRows([['number', 'leads to', 'outside hours'], ...numbers.map(row)]);
  }
  if (command.act === 'put') {
    await routes.putInbound(tenantId, command.entry);
    const [number = '', place = ''] = row(command.entry);
    return [`${number} leads to ${place}.`];
  }
  await routes.removeInbound(tenantId, command.number);
  return [`Removed ${command.number}: it leads nowhere.`];
}

function row({ number, flow, target, hours, closedFlow, closedTarget }: InboundNumber): string[] {
  const place = flow === null ? (target ?? '') : `flow ${flow}`;
  const closed = closedFlow === null ? (closedTarget ?? '') : `flow ${closedFlow}`;
  return [number, place, hours === null ? '' : `${closed} (${hours})`];
}
