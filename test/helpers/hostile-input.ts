import fc from 'fast-check';

/** What callers might put anywhere: right, wrong, hostile, of another type, or far too long. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 10_000, max: 10_030 }) },
  { weight: 3, arbitrary: fc.integer({ min: 10_000, max: 10_030 }).map(String) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  fc.integer(),
  fc.double(),
  fc.bigInt().map(String),
  fc.boolean(),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    '',
    ' ',
    null,
    '\0',
    '\uD800',
    "' or 1=1; --",
    '%',
    '\\',
    '_',
    '2026-11-24',
    '31/02/2026',
    '9999-12-31',
  ),
  fc.constantFrom('0001-01-01', 'sim', 'email', 'sms', 'pagos', 'desc', '34999990000', '1e400', 'x'.repeat(11_000)),
);

/** A form of fields; what is no text is written as JSON. */
export function formOf(fields: object): string {
  const entries = Object.entries(fields) as [string, unknown][];
  return new URLSearchParams(entries.map(([name, each]): [string, string] => [name, textOf(each)])).toString();
}

/** A value as text; what is no text is written as JSON (`String` of a hostile object may throw). */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A body of anything at all. */
export const junk = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.jsonValue().map((json) => Buffer.from(JSON.stringify(json))),
);

/** How fields are sent. */
type Encoding = 'json' | 'form' | 'query' | 'junk';
export const encoding = fc.constantFrom<Encoding>('json', 'json', 'form', 'query', 'junk');
