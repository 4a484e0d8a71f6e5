import { type ProtocolNumber, protocolGroups } from '../../kernel/protocol-number.ts';

/**
 * How each key is read out when digits are dictated. Six is "meia" (half a dozen), as Brazilians say on the telephone:
 * "seis" is misheard as "três".
 */
export const digitWords: Readonly<Record<string, string>> = {
  '0': 'zero',
  '1': 'um',
  '2': 'dois',
  '3': 'três',
  '4': 'quatro',
  '5': 'cinco',
  '6': 'meia',
  '7': 'sete',
  '8': 'oito',
  '9': 'nove',
  '*': 'asterisco',
  '#': 'jogo da velha',
};

/** The words of the digits in a string, in order; separators such as dots are not spoken. */
export function spokenDigits(digits: string): string[] {
  return Array.from(digits).flatMap((digit) => digitWords[digit] ?? []);
}

/**
 * The groups of a protocol's words, between which the caller can write.
 * @throws RangeError when it cannot be dictated
 */
export function spokenProtocol(protocol: ProtocolNumber): string[][] {
  const groups = protocolGroups(protocol);
  if (groups.length === 0) throw new RangeError('A protocol that is dictated has digits only.');
  return groups.map(spokenDigits);
}

/** The word for a key to be pressed: never "meia", which is no key. */
export function spokenKey(key: string): string {
  const word = key === '6' ? 'seis' : digitWords[key];
  if (word === undefined) throw new RangeError('A telephone has the keys 0 to 9, * and #.');
  return word;
}
