import { callClass, type OutboundRule, outboundRule } from '../exchange/schemas.ts';
import type { CallRoutes } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import { alignedRows } from './aligned-rows.ts';
import { kinds, type OfTenant, ordinal, readCommandLine } from './command-line.ts';

/** What `npm run rules` was asked to do. Places are counted from 1. */
export type RuleCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'add'; readonly rule: OutboundRule; readonly at: number | undefined }
    | { readonly act: 'remove'; readonly at: number }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readRuleCommand(args: readonly string[]): RuleCommand {
  return readCommandLine(args, {
    name: 'rules',
    uses: [
      'list',
      `add --trunks FIRST,SECOND [--prefix +1] [--classes ${callClass.options.join(',')}] [--at PLACE]`,
      'remove PLACE',
    ],
    notes: ["The first rule that fits a number says on which trunks it is tried; --trunks '' bars it."],
    words: 2,
    settings: { trunks: kinds.list, prefix: kinds.text, classes: kinds.list, at: ordinal },
    read([act, place], { at, ...rule }) {
      if (act === 'remove') return { act, at: ordinal.parse(place) };
      if (place !== undefined) return undefined;
      if (act === 'list') return { act };
      return act === 'add' ? { act, rule: outboundRule.parse(rule), at } : undefined;
    },
  });
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
