import { parseArgs } from 'node:util';
import { z } from 'zod';
import { callClass, type OutboundRule, outboundRule } from '../exchange/schemas.ts';
import type { CallRoutes } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run rules` was asked to do. Places are counted from 1. */
export type RuleCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'add'; readonly rule: OutboundRule; readonly at: number | undefined }
  | { readonly act: 'remove'; readonly at: number }
);

const usage = `Use: npm run rules -- list
     npm run rules -- add --trunks FIRST,SECOND [--prefix +1] [--classes ${callClass.options.join(',')}] [--at PLACE]
     npm run rules -- remove PLACE
     The first rule that fits a number says on which trunks it is tried; --trunks '' bars it.
     and with each, where there are several tenants: --tenant NUMBER`;

/** @throws AppError `bad_request` with the way it is used */
export function readRuleCommand(args: readonly string[]): RuleCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { trunks: text, prefix: text, classes: text, at: text, tenant: text },
    });
    const [act, subject, ...rest] = positionals;
    const number = z.coerce.number().int().min(1);
    const tenant = number.optional().parse(values.tenant);
    const list = (words: string | undefined) => words?.split(',').filter((one) => one !== '');
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && subject === undefined) return { act, tenant };
    if (act === 'add' && subject === undefined) {
      const { prefix, classes, trunks, at } = values;
      const rule = outboundRule.parse({ prefix, classes: list(classes), trunks: list(trunks) });
      return { act, tenant, rule, at: number.optional().parse(at) };
    }
    if (act === 'remove') return { act, tenant, at: number.parse(subject) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/** Does it, and says it. @returns lines for the terminal: the rules as they are then */
export async function runRuleCommand(routes: CallRoutes, tenantId: number, command: RuleCommand): Promise<string[]> {
  const rules = await routes.rules(tenantId);
  if (command.act === 'add') {
    const { at = rules.length + 1, rule } = command;
    await routes.setRules(tenantId, rules.toSpliced(at - 1, 0, rule));
  }
  if (command.act === 'remove') {
    if (command.at > rules.length) throw new AppError('not_found', `There is no rule at place ${command.at}.`);
    await routes.setRules(tenantId, rules.toSpliced(command.at - 1, 1));
  }
  return listLines(await routes.rules(tenantId));
}

function listLines(rules: readonly OutboundRule[]): string[] {
  if (rules.length === 0) return ['There are no rules: every number is tried on all trunks, in their order.'];
  return alignedRows([
    ['place', 'numbers', 'kinds', 'trunks'],
    ...rules.map(({ prefix, classes, trunks }, index) => [
      String(index + 1),
      prefix === '' ? 'all' : `${prefix}…`,
      classes.length === 0 ? 'all' : classes.join(','),
      trunks.length === 0 ? 'none: barred' : trunks.join(', '),
    ]),
  ]);
}
