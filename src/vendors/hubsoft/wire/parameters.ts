import { z } from 'zod';
import { isStorable } from '../../liberal-values.ts';

const longest = 20_000;
const deepest = 20;

/**
 * The field `parametros`: an object with whatever a program wants to keep. A list of objects is taken for all of them
 * together, since PHP writes an empty object as `[]`; a form has it as JSON in text.
 */
export const parameters = z.unknown().transform((value, context): Readonly<Record<string, unknown>> => {
  const given = typeof value === 'string' ? parsed(value) : value;
  const objects: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (objects.every(isObject) && isHoldable(objects) && JSON.stringify(objects).length <= longest) {
    return Object.fromEntries(objects.flatMap((one) => Object.entries(one)));
  }
  context.addIssue({ code: 'custom', message: `deve ser um objeto JSON de no máximo ${longest} caracteres` });
  return z.NEVER;
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether PostgreSQL can hold it as JSON, and nothing of it is too deep for whoever reads it. */
function isHoldable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > deepest) return false;
  return Object.entries(value).every(([key, inner]) => isHoldable(key) && isHoldable(inner, depth + 1));
}
