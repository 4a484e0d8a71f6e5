import { z } from 'zod';
import { isOpen } from '../../kernel/business-hours.ts';
import { numberToCallBack } from '../caller-number.ts';
import type { NodeContext } from '../node-context.ts';
import { type NodeFacts, nodeKind } from '../node-kind.ts';
import { accessWords, alertWords } from '../notices.ts';
import { identifier } from '../schemas.ts';
import { plainValue } from '../slots.ts';

const hours = z.strictObject({ hours: z.string().min(1) });
const variable = z.strictObject({ variable: identifier, values: z.array(identifier).min(1) });
const capability = z.strictObject({ can: z.enum(['reset_session', 'reset_mac']) });
const named = z.enum([
  'status',
  'proven',
  'unlock_used',
  'identified',
  'caller_number',
  'outage',
  'contract_alerts',
  'provider_alerts',
]);
type Named = z.infer<typeof named>;

const question = z.union([named, hours, capability, variable], {
  error: `a condition is on one of ${named.options.join(', ')}, or {hours: name}, {can: reset_session | reset_mac}, or {variable: name, values: [...]}`,
});
type Question = z.infer<typeof question>;

const exitsOf: Readonly<Record<Named, readonly string[]>> = {
  status: ['active', 'reduced', 'suspended', 'suspended_otherwise', 'installing', 'inactive', 'cancelled'],
  proven: ['yes', 'no'],
  unlock_used: ['yes', 'no'],
  identified: ['yes', 'no'],
  caller_number: ['known', 'withheld'],
  outage: ['outage', 'none', 'unavailable'],
  contract_alerts: ['some', 'none'],
  provider_alerts: ['some', 'none', 'unavailable'],
};

/**
 * Chooses a way by what is known: opening hours, the contract's status, a variable, or whether there is an outage at
 * the caller's access point or an alert, or whether the ERP can do a thing at all. What there is to say of these two is in `{outage}` and `{alerts}`.
 */
export const condition = nodeKind({
  type: 'condition',
  params: z.strictObject({ on: question }),
  facts: ({ on }) => factsOf(on),
  async run(context, { on }) {
    if (typeof on === 'string') return answer[on](context);
    if ('hours' in on) {
      const { exchange } = context.call.tenant;
      const opening = exchange.openingHours(on.hours);
      return opening === undefined || isOpen(opening, context.call.parts.clock.now()) ? 'open' : 'closed';
    }
    if ('can' in on) {
      const { can } = context.call.tenant.erp;
      return (on.can === 'reset_mac' ? can.resetMac : can.resetSession) ? 'yes' : 'no';
    }
    const value = plainValue(context.slot(on.variable));
    return value !== undefined && on.values.includes(value) ? value : 'otherwise';
  },
});

function factsOf(on: Question): NodeFacts {
  if (typeof on !== 'string') {
    if ('hours' in on) return { exits: ['open', 'closed'] };
    return { exits: 'can' in on ? ['yes', 'no'] : [...on.values, 'otherwise'] };
  }
  if (on === 'outage') return { exits: exitsOf[on], provides: ['outage'] };
  return { exits: exitsOf[on], ...(on.endsWith('_alerts') ? { provides: ['alerts'] } : {}) };
}

const answer: Readonly<Record<Named, (context: NodeContext) => Promise<string> | string>> = {
  status(context) {
    const { status, suspendedFor } = context.contract();
    return status === 'suspended' && suspendedFor !== 'debt' ? 'suspended_otherwise' : status;
  },
  proven: ({ session }) => (session.proven ? 'yes' : 'no'),
  unlock_used: (context) => (context.contract().unlocksThisMonth > 0 ? 'yes' : 'no'),
  identified: ({ session }) => (session.contract === undefined ? 'no' : 'yes'),
  caller_number: ({ call }) => (numberToCallBack(call.channel.callerNumber) === undefined ? 'withheld' : 'known'),
  async outage(context) {
    const { erp, timeZone } = context.call.tenant;
    const contract = context.contract();
    const access = await context.ask((signal) => erp.checkAccess(contract.id, signal));
    if (access.kind === 'unavailable') return 'unavailable';
    const isOut = access.kind === 'done' && ['maintenance', 'concentrator_down'].includes(access.value.state);
    const outages = contract.alerts.filter(({ kind }) => kind === 'outage');
    const words =
      access.kind === 'done' && isOut
        ? [...accessWords(access.value, timeZone), ...outages.map(({ text }) => ({ text }))]
        : alertWords('contract', outages, timeZone);
    context.session.set('outage', words);
    return words.length > 0 ? 'outage' : 'none';
  },
  contract_alerts(context) {
    const notices = context.contract().alerts.filter(({ kind }) => kind === 'notice');
    context.session.set('alerts', alertWords('contract', notices, context.call.tenant.timeZone));
    return notices.length > 0 ? 'some' : 'none';
  },
  async provider_alerts(context) {
    const { erp, timeZone } = context.call.tenant;
    const alerts = await context.ask((signal) => erp.providerAlerts(signal));
    if (alerts.kind !== 'done') return 'unavailable';
    context.session.set('alerts', alertWords('provider', alerts.value, timeZone));
    return alerts.value.length > 0 ? 'some' : 'none';
  },
};
