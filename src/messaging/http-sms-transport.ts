import { text as readText } from 'node:stream/consumers';
import { delivered, failed, type OutgoingSms, type Transport } from './transport.ts';

/** How a gateway wants to be asked. In `url` and `body`, `{to}`, `{digits}`, `{text}` and `{id}` are filled in. */
export interface SmsGateway {
  readonly url: string;
  /** Sent with POST: JSON when it begins with `{` or `[`, otherwise form fields. Without it the gateway is asked with GET. */
  readonly body: string | undefined;
  /** Such as the account's token, by name. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the answer must hold besides its 2xx, where the gateway says 200 to everything. */
  readonly success: RegExp | undefined;
}

const answerWithinMs = 20_000;
const longestAnswer = 64 * 1024;
/** These are about the message; any other status is about the gateway, or about how we are set up. */
const finalStatuses = new Set([400, 413, 422]);

/** SMS by a gateway over HTTP; 2xx means accepted. */
export function httpSmsTransport(gateway: SmsGateway): Transport<OutgoingSms> {
  return {
    send: async (message) => {
      try {
        const answer = await fetch(filled(gateway.url, message, encodeURIComponent), {
          ...request(gateway, message),
          redirect: 'manual',
          signal: AbortSignal.timeout(answerWithinMs),
        });
        const said = await beginning(answer);
        if (!answer.ok) {
          const reason = `The SMS gateway answered ${answer.status}.`;
          return { kind: finalStatuses.has(answer.status) ? 'rejected' : 'failed', reason };
        }
        if (gateway.success === undefined || gateway.success.test(said)) return delivered;
        return { kind: 'failed', reason: `The SMS gateway answered ${answer.status}, but not what says success.` };
      } catch (error) {
        return failed(error);
      }
    },
    close: () => undefined,
  };
}

function request({ body, headers }: SmsGateway, message: OutgoingSms): RequestInit {
  if (body === undefined) return { headers };
  const isJson = /^\s*[{[]/.test(body);
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const encode = isJson ? insideJson : encodeURIComponent;
  return { method: 'POST', headers: { 'content-type': type, ...headers }, body: filled(body, message, encode) };
}

/** @param encode so that a value cannot end the place it is put into */
function filled(template: string, { to, text, reference }: OutgoingSms, encode: (value: string) => string): string {
  const values: Record<string, string> = { to, digits: to.slice(1), text, id: reference };
  return template.replaceAll(/\{(to|digits|text|id)\}/g, (_, name: string) => encode(values[name] ?? ''));
}

function insideJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

async function beginning({ body }: Response): Promise<string> {
  if (body === null) return '';
  async function* limited(stream: AsyncIterable<Uint8Array>) {
    let length = 0;
    for await (const chunk of stream) {
      yield chunk;
      length += chunk.length;
      if (length >= longestAnswer) return;
    }
  }
  return readText(limited(body));
}
