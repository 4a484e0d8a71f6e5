import type { Fields } from './liberal-body.ts';

/** More than any request of ours has; deeper or longer is left as it came. */
const limits = { depth: 4, length: 200 } as const;

/**
 * Fields of a form whose names hold brackets, as PHP's `http_build_query` and jQuery send lists and objects:
 * `email[]=a`, `email[0]=a` and `servico[valor]=9` become a list and an object. Others stay as they are.
 */
export function foldBrackets(fields: Fields): Fields {
  const names = Object.keys(fields);
  if (!names.some((name) => name.includes('['))) return fields;
  const folded = Object.create(null) as Fields;
  for (const name of names) {
    const path = pathOf(name);
    if (path === undefined) folded[name] = fields[name];
    else put(folded, path, fields[name]);
  }
  return folded;
}

function pathOf(name: string): string[] | undefined {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (match === null) return undefined;
  const inner = [...(match[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map(([, key]) => key ?? '');
  return inner.length > limits.depth ? undefined : [match[1] ?? '', ...inner];
}

/** Where a value is in the way of a deeper one, the deeper one takes its place: the last word counts. */
function put(target: Fields, [key = '', ...rest]: readonly string[], value: unknown): void {
  const [next] = rest;
  if (next === undefined) {
    target[key] = value;
    return;
  }
  const isList = rest.length === 1 && (next === '' || /^\d{1,3}$/.test(next));
  const present = target[key];
  if (isList) {
    const list = Array.isArray(present) ? (present as unknown[]) : [];
    target[key] = [...list, value].flat().slice(0, limits.length);
    return;
  }
  const inner = isFields(present) ? present : (Object.create(null) as Fields);
  put(inner, rest, value);
  target[key] = inner;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
