import { isUtf8 } from 'node:buffer';
import { AppError } from '../kernel/errors.ts';

/**
 * What a request says, by name; the last of several values of one name, and all of a name that ends in `[]`. Has no
 * prototype, so that no name is special.
 */
export type Fields = Record<string, unknown>;

/**
 * Reads the body of a request by what it looks like, whatever its content type says: many callers send JSON under the
 * label of a form, or under none. JSON (also with a byte order mark or blanks before it, or twice encoded), multipart
 * forms, and otherwise `name=value&…`. Bytes that are not UTF-8 are taken for Latin-1.
 * @throws AppError `bad_request` for broken JSON, JSON that is no object, and a broken multipart form
 */
export async function readFields(body: Buffer): Promise<Fields> {
  const raw = decode(body).replace(/^\uFEFF/, '');
  const text = raw.trimStart();
  if (text.trimEnd() === '') return fieldsOf([]);
  if (/^["{[]/.test(text)) return fieldsOf(Object.entries(readJson(text)));
  if (text.startsWith('--')) return readMultipart(body, text);
  return readForm(text.trimEnd());
}

/** Reads `name=value&…`, as in a query string. Percent signs that encode nothing are left as they are. */
export function readForm(text: string): Fields {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return fieldsOf(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [unescape(pair), ''] : [unescape(pair.slice(0, at)), unescape(pair.slice(at + 1))];
    }),
  );
}

/** The fields of all, those of a later one before those of an earlier one of the same name. */
export function mergeFields(...all: readonly Fields[]): Fields {
  return fieldsOf(all.flatMap((fields) => Object.entries(fields)));
}

function fieldsOf(entries: readonly (readonly [string, unknown])[]): Fields {
  const fields = Object.create(null) as Fields;
  for (const [name, value] of entries) {
    const isList = name.endsWith('[]') && name in fields;
    fields[name] = isList ? [fields[name], value].flat() : value;
  }
  return fields;
}

function readJson(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (typeof value === 'string') value = JSON.parse(value);
  } catch (error) {
    throw new AppError('bad_request', 'JSON inválido.', {}, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('bad_request', 'O JSON deve ser um objeto.');
  }
  return value;
}

/** The boundary is taken from the body's first line (RFC 2046 section 5.1.1), since the header may name none. */
async function readMultipart(body: Buffer, text: string): Promise<Fields> {
  const boundary = /^--([^\r\n]{1,70}?)[ \t]*\r?\n/.exec(text)?.[1];
  try {
    if (boundary === undefined) throw new RangeError('There is no boundary.');
    const start = body.indexOf(`--${boundary}`);
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
    const form = await new Response(new Uint8Array(body.subarray(start)), { headers }).formData();
    return fieldsOf([...form].filter(([, value]) => typeof value === 'string'));
  } catch (error) {
    throw new AppError('bad_request', 'Formulário multipart inválido.', {}, error);
  }
}

function decode(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1.decode(bytes);
}

/** With what Windows has where Latin-1 has control characters. */
const latin1 = new TextDecoder('latin1');

/** The bytes that percent signs stand for may be UTF-8 or Latin-1 as well. */
function unescape(text: string): string {
  const plain = text.replaceAll('+', ' ');
  if (!/%[0-9a-f]{2}/i.test(plain)) return plain;
  const bytes = Buffer.from(plain, 'utf8')
    .toString('latin1')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return decode(Buffer.from(bytes, 'latin1'));
}
