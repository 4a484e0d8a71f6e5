import { expect, test } from 'vitest';
import { spokenName, spokenStreet, spokenText } from './names.ts';

test('a name kept in capitals is read as a name, not spelled', () => {
  expect(spokenName('MARIA  APARECIDA DA SILVA')).toBe('Maria Aparecida da Silva');
  expect(spokenName('ÁLVARO DIAS', true)).toBe('Álvaro');
});

test.each([
  ['R. DAS FLORES, 123', 'Rua das Flores, 123'],
  ['Av. Pres. Vargas, nº 10 Apto 2', 'Avenida Presidente Vargas, Número 10 Apartamento 2'],
  ['Tv. São João', 'Travessa São João'],
  ['Rua N', 'Rua N'],
  ['R NOVA', 'Rua Nova'],
])('the street %s is read as "%s"', (street, words) => {
  expect(spokenStreet(street)).toBe(words);
});

test('an alert cannot carry markup or control characters to the voice, nor talk for ever', () => {
  expect(spokenText('Manutenção\n\u0007 <break/> hoje')).toBe('Manutenção break/ hoje');
  expect(spokenText('palavra '.repeat(500)).length).toBeLessThanOrEqual(600);
});
