import type { Random } from './random.ts';

/** First names are common, surnames are trees and birds: whoever reads one knows that nobody is meant. */
const firstNames = (
  'Adriana Alice Amanda Ana Antônio Aline Beatriz Bruno Caio Camila Carla Carlos Cecília Clara Cláudia Daniel Davi Débora ' +
  'Diego Eduarda Elisa Enzo Fábio Felipe Fernanda Gabriel Helena Heitor Igor Isabela João José Juliana Larissa Laura ' +
  'Leandro Letícia Lívia Lucas Luiz Manuela Marcelo Márcia Marcos Maria Mariana Mateus Miguel Natália Otávio Paula Pedro ' +
  'Rafael Raquel Renata Ricardo Rita Rodrigo Sandra Sérgio Simone Sofia Tatiana Tereza Thiago Valéria Vera Vicente Vitor Yara'
).split(' ') as [string, ...string[]];

const surnames = (
  'Abacateiro Açaizeiro Andiroba Andorinha Angico Araçá Arapaçu Araponga Arara Aroeira Azulão Babaçu Baobá Beija-Flor ' +
  'Bem-te-vi Braúna Buriti Cajueiro Canário Canela Caqui Cardeal Castanheira Cedro Coleiro Cotovia Curió Embaúba Figueira ' +
  'Gameleira Garça Gaturamo Goiabeira Graúna Guará Ingazeiro Ipê Jabuticaba Jacarandá Jatobá Jequitibá Juazeiro Juriti ' +
  'Macaúba Mangueira Maritaca Mulungu Paineira Patativa Peroba Pitangueira Quaresmeira Sabiá Saíra Sanhaço Sapucaia Seriema ' +
  'Sibipiruna Siriguela Sumaúma Tangará Tarumã Tico-Tico Tiziu Trinca-Ferro Tucano Umbuzeiro Xexéu'
).split(' ') as [string, ...string[]];

const trades = ['Padaria', 'Oficina', 'Farmácia', 'Papelaria', 'Mercearia', 'Clínica', 'Escola', 'Confecções'] as const;

export interface Person {
  readonly name: string;
  readonly tradeName: string | null;
}

export function inventPerson(random: Random): Person {
  const [one, other] = twoOf(random);
  return { name: `${random.pick(firstNames)} ${one} ${other}`, tradeName: null };
}

export function inventCompany(random: Random): Person {
  const [one, other] = twoOf(random);
  const trade = random.pick(trades);
  return { name: `${trade} ${one} e ${other} Ltda`, tradeName: `${trade} ${one}` };
}

/** A CPF with valid check digits. */
export function inventCpf(random: Random): string {
  const digits = String(random.int(100_000_000, 999_999_999));
  return withCheckDigits(digits, 11);
}

/** A CNPJ with valid check digits; an alphanumeric one (issued since July 2026) has letters among its first eight. */
export function inventCnpj(random: Random, alphanumeric = false): string {
  const root = alphanumeric
    ? letters(random, 2) + random.int(100, 999) + letters(random, 3)
    : random.int(10_000_000, 99_999_999);
  return withCheckDigits(`${root}0001`, 9);
}

/** `ana.jatoba` of `Ana Jatobá Sabiá`. */
export function loginName(name: string): string {
  const [first = '', last = ''] = name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z ]/g, '')
    .toLowerCase()
    .split(' ');
  return `${first}.${last}`;
}

function twoOf(random: Random): [string, string] {
  const one = random.pick(surnames);
  let other = random.pick(surnames);
  while (other === one) other = random.pick(surnames);
  return [one, other];
}

function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(65 + random.int(0, 25))).join('');
}

/** Modulo 11 with weights from 2 up to `heaviest`; a character counts its ASCII code less 48 (Receita Federal, 2026). */
function withCheckDigits(characters: string, heaviest: number): string {
  let result = characters;
  for (let digit = 0; digit < 2; digit++) {
    let sum = 0;
    for (let i = 0; i < result.length; i++) {
      const value = result.charCodeAt(result.length - 1 - i) - 48;
      sum += value * (2 + (i % (heaviest - 1)));
    }
    result += sum % 11 < 2 ? 0 : 11 - (sum % 11);
  }
  return result;
}
