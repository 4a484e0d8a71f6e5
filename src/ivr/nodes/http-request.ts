import { z } from 'zod';
import { done, unavailable } from '../../kernel/outcome.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';
import { identifier } from '../schemas.ts';

/** An answer longer than this is not read. */
const longestAnswer = 64 * 1024;

const params = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  /** `{slot}` is replaced by what is known, percent-encoded. */
  url: z.string().regex(/^https?:\/\/[^{}]+/, 'it needs http:// or https:// and a host that is not a slot'),
  headers: z.record(z.string(), z.string()).default({}),
  /** Sent as JSON; `{slot}` in its texts is replaced. */
  body: z.record(z.string(), z.string()).optional(),
  /** Variable to the way to its value in the answer's JSON, such as `customer.score`. */
  save: z.record(identifier, z.string().min(1)).default({}),
});
type Params = z.infer<typeof params>;

/**
 * Asks a web service, and keeps parts of its answer. A request repeated after a restart carries the same
 * `Idempotency-Key`, so that a service which minds can tell.
 */
export const httpRequest = nodeKind({
  type: 'http_request',
  params,
  facts: ({ save }) => ({ exits: ['done', 'refused', 'unavailable'], provides: Object.keys(save) }),
  async run(context, given) {
    const answer = await context.ask((signal) => request(context, given, signal));
    if (answer.kind !== 'done') return 'unavailable';
    const { ok, content } = answer.value;
    if (!ok) return 'refused';
    for (const [name, path] of Object.entries(given.save)) {
      context.session.set(name, { text: textAt(content, path.split('.')) });
    }
    return 'done';
  },
});

async function request(context: NodeContext, given: Params, signal: AbortSignal) {
  const { parts, id, session } = context.call;
  const body = given.body && Object.fromEntries(Object.entries(given.body).map(([k, v]) => [k, context.fillPlain(v)]));
  try {
    const response = await parts.fetch(context.fillPlain(given.url, encodeURIComponent), {
      method: given.method,
      redirect: 'error',
      signal,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'idempotency-key': `${id}:${session.frames.map(({ node }) => node).join('/')}`,
        ...given.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 500 || text.length > longestAnswer) return unavailable('malformed_answer');
    return done({ ok: response.ok, content: text === '' ? undefined : (JSON.parse(text) as unknown) });
  } catch (error) {
    signal.throwIfAborted();
    parts.logger.warn({ err: error, callId: id }, 'a web service did not answer a flow');
    return unavailable(error instanceof SyntaxError ? 'malformed_answer' : 'down');
  }
}

function textAt(content: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    content,
  );
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
