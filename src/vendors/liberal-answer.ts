import { z } from 'zod';
import { reaisToCents } from './liberal-reais.ts';
import { optional } from './liberal-values.ts';

/**
 * What an answer's bytes say, whatever its label: live servers send Latin-1 as UTF-8, a byte order mark, or a page in
 * HTML where JSON was promised.
 * @returns undefined when it is no whole JSON document
 */
export function parseBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decode(bytes).trim()) as unknown;
  } catch {
    return undefined;
  }
}

/** The decoder strips a byte order mark. Bytes that are no UTF-8 are the Latin-1 of older servers. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Reais as a number or as text, `49.90`, `49,90` or `1.234,56`; comes out as cents. */
export const reais = z.union([z.number(), z.string()]).transform(reaisToCents).pipe(z.int());

/** What may be missing, and is as good as missing when it is not what it should be. */
export function maybe<T extends z.ZodType>(shape: T) {
  return optional(shape).catch(undefined);
}
