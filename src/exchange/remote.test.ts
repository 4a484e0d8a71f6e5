import { expect, test } from 'vitest';
import { systemClock } from '../kernel/clock.ts';
import type { OriginateRequest } from '../telephony/port.ts';
import { createCallFrom } from './remote.ts';

const callId = 'c0ffee00-0000-4000-8000-000000000001';

/** A call that is to be made from extension 1001, and what was told of it. */
async function callFrom1001() {
  const told: string[] = [];
  const requests: OriginateRequest[] = [];
  const callFrom = createCallFrom({
    tenantId: 1,
    telephony: {
      originate: async (request) => {
        requests.push(request);
        request.begun('channel');
        return true;
      },
    },
    callLog: { open: () => callId, close: () => void told.push('closed') },
    clock: systemClock,
    unanswered: () => void told.push('ended'),
  });
  await callFrom({
    extension: '1001',
    number: '+5537999990001',
    timeoutMs: 20_000,
    begun: () => void told.push('begun'),
    onPhone:
      () =>
      ({ extension, state }) =>
        void told.push(`${extension} ${state}`),
  });
  return { told, requests };
}

test('an extension that does not take the call it is to make has lost it before the call is over', async () => {
  const { told, requests } = await callFrom1001();
  expect(told).toEqual(['begun', '1001 ringing']);
  requests[0]?.unanswered();
  expect(told.slice(2)).toEqual(['1001 lost', 'closed', 'ended']);
});
