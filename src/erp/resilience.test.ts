import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { type Fault, UnreliableErp } from '../../test/helpers/unreliable-erp.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createErpMetrics } from './erp-metrics.ts';
import { defaultDeadlines, withResilience } from './resilience.ts';

function setup(...faults: Fault[]) {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const inner = new UnreliableErp(clock, 'America/Sao_Paulo');
  inner.faults.push(...faults);
  const registry = new Registry();
  const options = { clock, logger: silentLogger, metrics: createErpMetrics(registry, 'unreliable') };
  const breaker = { failureLimit: 3, openMs: 10_000 };
  const erp = withResilience(inner, { ...options, deadlines: defaultDeadlines, breaker });
  return { clock, inner, registry, erp };
}

const never = new AbortController().signal;
const act = { key: 'k', contractId: '1', callId: 'c', callerNumber: undefined };

test('a lookup the ERP does not answer in 3 s is a timeout, and the connector is told to stop', async () => {
  const { erp, clock, inner } = setup();
  let told: AbortSignal | undefined;
  inner.openInvoices = (...args: unknown[]) => {
    told = args[1] as AbortSignal;
    clock.advance(2_999);
    queueMicrotask(() => clock.advance(1));
    return new Promise(() => {});
  };
  expect(await erp.openInvoices('1', never)).toEqual({ kind: 'unavailable', reason: 'timeout' });
  expect(told?.aborted).toBe(true);
});

test('a lookup that could not reach the ERP is asked once more; an act is not', async () => {
  const { erp, inner } = setup('down', 'ok', 'down');
  expect(await erp.findByContract('1', never)).toMatchObject({ reason: 'not_found' });
  expect(await erp.trustUnlock(act, never)).toMatchObject({ kind: 'unavailable', reason: 'down' });
  expect(inner.asked).toEqual(['findByContract', 'findByContract', 'trustUnlock']);
});

test.each(['lost_before', 'lost_after', 'hang_before', 'hang_after'] as const)(
  'an act whose answer is %s is unknown, never said to have failed',
  async (fault) => {
    const { erp } = setup(fault);
    expect(await erp.trustUnlock(act, never)).toMatchObject({ kind: 'unavailable', reason: 'unknown' });
  },
);

test('an ERP that fails three times is left alone for ten seconds, then tried by one', async () => {
  const { erp, inner, clock } = setup('lost_before', 'lost_before', 'lost_before');
  for (let i = 0; i < 3; i++) await erp.trustUnlock(act, never);
  expect(await erp.trustUnlock(act, never)).toMatchObject({ reason: 'breaker_open' });
  expect(inner.asked).toHaveLength(3);
  clock.advance(10_000);
  expect((await erp.trustUnlock(act, never)).kind).toBe('done');
  expect((await erp.providerAlerts(never)).kind).toBe('done');
});

test('callers who hang up while a lookup runs end it at once and do not count against the ERP', async () => {
  const { erp, inner } = setup('held_before', 'held_before', 'held_before', 'held_before');
  for (let i = 0; i < 4; i++) {
    const hangup = new AbortController();
    const lookup = erp.openInvoices('1', hangup.signal);
    hangup.abort();
    expect((await lookup).kind).toBe('unavailable');
  }
  expect((await erp.openInvoices('1', never)).kind).toBe('done');
  inner.release();
});

test('every operation and its outcome is counted, and whether the ERP is left alone', async () => {
  const { erp, registry } = setup('ok', 'lost_before', 'lost_before', 'lost_before');
  await erp.providerAlerts(never);
  for (let i = 0; i < 3; i++) await erp.trustUnlock(act, never);
  const text = await registry.metrics();
  expect(text).toContain('_count{erp="unreliable",operation="providerAlerts",outcome="done"} 1');
  expect(text).toContain('_count{erp="unreliable",operation="trustUnlock",outcome="unknown"} 3');
  expect(text).toContain('uirapuru_erp_breaker_open{erp="unreliable"} 1');
});
