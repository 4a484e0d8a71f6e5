import { isPossiblePhoneNumber, isValidPhoneNumber } from 'libphonenumber-js/max';
import type { CallClass, NumberFormat } from './schemas.ts';

/** A number outside the exchange that somebody dialled. */
export interface OutsideNumber {
  /** E.164 with its plus; services of three to five digits as they are. */
  readonly number: string;
  /** `emergency` is always allowed, and no class. */
  readonly kind: Exclude<CallClass, 'internal'> | 'emergency';
}

/**
 * Numbers that must be reached whatever else is forbidden: those of Anatel's plan for police, ambulance, fire brigade and civil
 * defence (190–199), Mercosul (128), violence (180, 181), coast guard (185), despair (188), human rights (100), and what
 * foreigners dial (112, 911).
 */
const emergencies = new Set('100 112 128 180 181 185 188 190 191 192 193 194 197 198 199 911'.split(' '));

/** Whether a number must be reached whatever is forbidden. */
export function isEmergency(dialled: string): boolean {
  return emergencies.has(dialled);
}

/** Anatel's area codes (código nacional). */
const areaCodes = new Set(
  (
    '11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 ' +
    '65 66 67 68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99'
  ).split(' '),
);

const landline = /^[2-5]\d{7}$/;
const mobile = /^9\d{8}$/;
/** Numbers of companies that are called at the price of a local call from anywhere, without an area code. */
const nationwide = /^(?:300[34]|40(?:0[1-9]|20|62))\d{4}$/;
/** Free of charge, paid by the minute, for donations, premium. */
const nonGeographic = /^(?:800|300|500|900)\d{6,7}$/;

/**
 * What a number dialled in Brazil means: with or without area code (8 or 9 digits), trunk prefix (0), carrier (0 and two digits),
 * country code; international with 00 or +; services of three to five digits.
 * @param dialled digits with at most a plus before them
 * @param areaCode that of the number from which is dialled; without it, numbers without one mean nothing
 * @returns undefined when it means nothing, or is a collect call
 */
export function outsideNumber(dialled: string, areaCode: string | undefined): OutsideNumber | undefined {
  if (isEmergency(dialled)) return { number: dialled, kind: 'emergency' };
  if (/^1\d{2,4}$/.test(dialled)) return { number: dialled, kind: 'special' };
  if (!/^\+?\d{7,20}$/.test(dialled)) return undefined;
  if (dialled.startsWith('+')) return fromCountryCode(dialled.slice(1), areaCode);
  if (dialled.startsWith('00')) return international(dialled.slice(2), areaCode);
  if (dialled.startsWith('0')) return afterZero(dialled.slice(1), areaCode);
  return national(dialled, areaCode) ?? (dialled.startsWith('55') ? prefixed(dialled.slice(2), areaCode) : undefined);
}

/** After 0: 0800 and its like, an area code, or a carrier before one, since a carrier is chosen for long distance. */
function afterZero(digits: string, areaCode: string | undefined): OutsideNumber | undefined {
  return (
    prefixed(digits, areaCode) ?? (/^[1-9]\d{11,12}$/.test(digits) ? national(digits.slice(2), areaCode) : undefined)
  );
}

/**
 * After 00: a country code, or a carrier before it. Some numbers could be either: what is known to be in use goes before
 * what is only long enough, since lists of numbers in use lag behind.
 */
function international(digits: string, areaCode: string | undefined): OutsideNumber | undefined {
  const [plain, chosen] = [digits, digits.slice(2)];
  return (
    fromCountryCode(plain, areaCode, isValidPhoneNumber) ??
    fromCountryCode(chosen, areaCode, isValidPhoneNumber) ??
    fromCountryCode(plain, areaCode)
  );
}

function fromCountryCode(
  digits: string,
  areaCode: string | undefined,
  isNumber: (number: string) => boolean = isPossiblePhoneNumber,
): OutsideNumber | undefined {
  if (digits.startsWith('55')) return prefixed(digits.slice(2), areaCode);
  return isNumber(`+${digits}`) ? { number: `+${digits}`, kind: 'international' } : undefined;
}

/** A number of Brazil that had 0 or the country code before it: 0900123456 is no mobile phone of here. */
function prefixed(digits: string, areaCode: string | undefined): OutsideNumber | undefined {
  if (!nonGeographic.test(digits)) return national(digits, areaCode);
  return { number: `+55${digits}`, kind: digits.startsWith('800') ? 'local' : 'special' };
}

/** A number of Brazil without prefixes. */
function national(digits: string, areaCode: string | undefined): OutsideNumber | undefined {
  if (nationwide.test(digits)) return { number: `+55${digits}`, kind: 'local' };
  if (landline.test(digits) || mobile.test(digits)) {
    return areaCode === undefined ? undefined : national(`${areaCode}${digits}`, areaCode);
  }
  const [area, subscriber] = [digits.slice(0, 2), digits.slice(2)];
  if (!areaCodes.has(area)) return undefined;
  if (mobile.test(subscriber)) return { number: `+55${digits}`, kind: 'mobile' };
  if (!landline.test(subscriber)) return undefined;
  return { number: `+55${digits}`, kind: area === areaCode ? 'local' : 'national' };
}

/** A number as a trunk wants it dialled. @param carrier two digits that choose a carrier for long distance, where the format has a place for it */
export function formatNumber(number: string, format: NumberFormat, carrier = ''): string {
  if (!number.startsWith('+')) return number;
  if (format === 'plus') return number;
  const digits = number.slice(1);
  if (format === 'country') return digits;
  if (!digits.startsWith('55')) return `00${format === 'trunk_prefix' ? carrier : ''}${digits}`;
  const inside = digits.slice(2);
  if (nonGeographic.test(inside)) return `0${inside}`;
  if (nationwide.test(inside) || format === 'area') return inside;
  return `0${carrier}${inside}`;
}

/** The area code of a number of Brazil that has one. */
export function areaCodeOf(number: string): string | undefined {
  const [, area = '', subscriber = ''] = /^\+55(\d\d)(\d+)$/.exec(number) ?? [];
  return areaCodes.has(area) && (landline.test(subscriber) || mobile.test(subscriber)) ? area : undefined;
}
