import { expect, test } from 'vitest';
import { pickupTargets } from './pickup.ts';
import { newExtension } from './schemas.ts';

const extensions = [
  { number: '1001', pickupGroup: 'vendas' },
  { number: '1002', pickupGroup: 'vendas' },
  { number: '1003', pickupGroup: 'suporte' },
  { number: '1004' },
  { number: '1005' },
].map((one) => ({ ...newExtension.parse(one), password: 'secret' }));

test.each([
  ['1001', '*8', ['1001', '1002']],
  ['1001', '*81002', ['1002']],
  ['1001', '*81003', []],
  ['1001', '*89999', []],
  ['1004', '*8', []],
  ['1004', '*81005', []],
  ['1001', '*81', undefined],
  ['1001', '*981002', undefined],
  ['1001', '81002', undefined],
])('%s dials %s and takes what rings at %j', (dialler, dialled, expected) => {
  const extension = extensions.find(({ number }) => number === dialler);
  if (extension === undefined) throw new Error(`There is no ${dialler}.`);
  expect(pickupTargets(dialled, extension, { extensions: () => extensions })).toEqual(expected);
});
