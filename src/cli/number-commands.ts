import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type InboundNumber, inboundNumber } from '../exchange/schemas.ts';
import type { CallRoutes } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run numbers` was asked to do. */
export type NumberCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'put'; readonly entry: InboundNumber }
  | { readonly act: 'remove'; readonly number: string }
);

const usage = `Use: npm run numbers -- list
     npm run numbers -- put NUMBER --flow NAME|--target EXTENSION-OR-GROUP
                        [--hours NAME --closed-flow NAME|--closed-target NUMBER]
     npm run numbers -- remove NUMBER
     NUMBER: +553432221000, or digits for a menu that is called inside
     and with each, where there are several tenants: --tenant NUMBER`;

/** @throws AppError `bad_request` with the way it is used */
export function readNumberCommand(args: readonly string[]): NumberCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { flow: text, target: text, hours: text, 'closed-flow': text, 'closed-target': text, tenant: text },
    });
    const [act, number, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && number === undefined) return { act, tenant };
    if (act === 'put') {
      const { flow = null, target = null, hours = null } = values;
      const { 'closed-flow': closedFlow = null, 'closed-target': closedTarget = null } = values;
      const entry = inboundNumber.parse({ number, flow, target, hours, closedFlow, closedTarget });
      return { act, tenant, entry };
    }
    if (act === 'remove') return { act, tenant, number: inboundNumber.shape.number.parse(number) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
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
