import { expect, test } from 'vitest';
import { subscriberKey } from './subscriber-key.ts';

test.each([
  ['37988242968', '+5537988242968'],
  ['(37) 98824-2968', '+5537988242968'],
  ['+55 37 98824-2968', '+5537988242968'],
  ['5537988242968', '+5537988242968'],
  ['037 98824 2968', '+5537988242968'],
  ['3732818000', '+553732818000'],
  ['(37) 8824-2968', '+5537988242968'],
  ['553788242968', '+5537988242968'],
])('the telephone %s is the number %s', (term, value) => {
  expect(subscriberKey('telefone', term)).toEqual({ by: 'phone', value });
});

test('a telephone without area code is looked for by its end; fewer than eight digits are none', () => {
  expect(subscriberKey('telefone', '98824-2968')).toEqual({ by: 'phone_ending', value: '988242968' });
  expect(subscriberKey('telefone', '8824-2968')).toEqual({ by: 'phone_ending', value: '88242968' });
  expect(subscriberKey('telefone', '242968')).toBeUndefined();
});

test.each(['00:1A:2B:3C:4D:5E', '00-1a-2b-3c-4d-5e', '001A.2B3C.4D5E', '001a2b3c4d5e', '00 1A 2B 3C 4D 5E'])(
  'the MAC %s is read',
  (term) => {
    expect(subscriberKey('mac', term)).toEqual({ by: 'mac', value: '001a2b3c4d5e' });
  },
);

test('a document is looked for without its punctuation, letters included', () => {
  expect(subscriberKey('cpf_cnpj', '106.820.836-81')).toEqual({ by: 'document', value: '10682083681' });
  expect(subscriberKey('cpf_cnpj', '12.abc.345/01de-35')).toEqual({ by: 'document', value: '12ABC34501DE35' });
});

test.each([
  ['codigo_cliente', '2147483648'],
  ['codigo_cliente', "1'; drop table subscriber"],
  ['id_cliente_servico', '-1'],
  ['ipv4', '10.0.0.256'],
  ['ipv4', '10.0.0.0/8'],
  ['mac', '00:1A:2B:3C:4D'],
  ['telefone', 'abc'],
] as const)('nobody is meant by the %s %s', (kind, term) => {
  expect(subscriberKey(kind, term)).toBeUndefined();
});
