import { expect, test } from 'vitest';
import { foldBrackets } from './bracket-fields.ts';
import { readForm } from './liberal-body.ts';

const read = (form: string) => JSON.parse(JSON.stringify(foldBrackets(readForm(form)))) as unknown;

test('lists and objects of PHP and jQuery are read from a form', () => {
  expect(read('id=1&email[]=a&email[]=b')).toEqual({ id: '1', email: ['a', 'b'] });
  expect(read('email%5B0%5D=a&email%5B1%5D=b')).toEqual({ email: ['a', 'b'] });
  expect(read('servico[id_servico]=1&servico[valor]=100')).toEqual({ servico: { id_servico: '1', valor: '100' } });
});

test('names that only look alike stay as they came', () => {
  expect(read('a[=1&]b=2&c[x=3')).toEqual({ 'a[': '1', ']b': '2', 'c[x': '3' });
  expect(read('a[b][c][d][e][f]=1')).toEqual({ 'a[b][c][d][e][f]': '1' });
});

test('no name reaches beyond the fields', () => {
  expect(read('__proto__[polluted]=1&a[__proto__][b]=2')).toEqual(
    JSON.parse('{"__proto__":{"polluted":"1"},"a":{"__proto__":{"b":"2"}}}'),
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('a list has an end', () => {
  const form = Array.from({ length: 1_000 }, (_, at) => `email[]=${at}`).join('&');
  expect(read(form)).toHaveProperty('email.length', 200);
});
