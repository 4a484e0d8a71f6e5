import { expect, test } from 'vitest';
import { newTrunk, type Trunk } from './schemas.ts';
import { trunkArrival } from './trunk-arrival.ts';

const trunk = (id: number, host: string, addresses: readonly string[] = []): Trunk => ({
  ...newTrunk.parse({ name: `t${id}`, host, addresses }),
  id,
});

/** An exchange with these trunks, whose numbers are reached over any of them. */
function exchange(tenantId: number, trunks: readonly Trunk[], ...numbers: readonly string[]) {
  return {
    tenantId,
    provisioned: () => ({ tenantId, domain: null, extensions: [], trunks }),
    destinationFromTrunk: (_trunkId: number, dialled: string) =>
      numbers.includes(dialled) ? ({ kind: 'flow', flow: 'atendimento' } as const) : ({ kind: 'unknown' } as const),
  };
}

const exchanges = [
  exchange(1, [trunk(1, 'sbc.example', ['192.0.2.1'])], '3001'),
  exchange(2, [trunk(2, 'other.example'), trunk(3, 'SBC.example')], '3002', '3001'),
  exchange(3, [trunk(4, 'third.example', ['192.0.2.1'])], '3003'),
  exchange(4, [trunk(5, 'elsewhere.example')], '3004'),
];
const seeming = { tenantId: 1, trunkId: 1 };

test('a call is that of the tenant at the same address whose number was called', () => {
  expect(trunkArrival(exchanges, seeming, '3002')).toEqual({ tenantId: 2, trunkId: 3 });
  expect(trunkArrival(exchanges, seeming, '3003')).toEqual({ tenantId: 3, trunkId: 4 });
});

test('a call stays where it seems to be when the number is its own, nobody’s, or of a tenant with another carrier', () => {
  for (const number of ['3001', '3999', '3004']) expect(trunkArrival(exchanges, seeming, number)).toEqual(seeming);
});

test('a call over a trunk that is no more stays where it seems to be', () => {
  for (const gone of [
    { tenantId: 1, trunkId: 9 },
    { tenantId: 9, trunkId: 1 },
  ])
    expect(trunkArrival(exchanges, gone, '3002')).toEqual(gone);
});
