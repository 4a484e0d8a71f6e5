import { request } from 'undici';
import { delivered, failed, type OutgoingSms, type Transport } from './transport.ts';

const answerWithinMs = 20_000;

/**
 * SMS by a gateway asked with GET.
 * @param template its URL with `{to}` (E.164) and `{text}`, which are percent-encoded; 2xx means accepted
 */
export function httpSmsTransport(template: string): Transport<OutgoingSms> {
  return {
    send: async ({ to, text }) => {
      const values: Record<string, string> = { '{to}': to, '{text}': text };
      const url = template.replaceAll(/\{to\}|\{text\}/g, (name) => encodeURIComponent(values[name] ?? ''));
      try {
        const answer = await request(url, { headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs });
        await answer.body.dump();
        if (answer.statusCode >= 200 && answer.statusCode < 300) return delivered;
        const reason = `The SMS gateway answered ${answer.statusCode}.`;
        // These two are about the message; any other status is about the gateway, or about how we are set up.
        const final = answer.statusCode === 400 || answer.statusCode === 422;
        return { kind: final ? 'rejected' : 'failed', reason };
      } catch (error) {
        return failed(error);
      }
    },
    close: () => undefined,
  };
}
