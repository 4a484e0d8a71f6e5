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
        const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(answerWithinMs) });
        await answer.body?.cancel();
        if (answer.ok) return delivered;
        const reason = `The SMS gateway answered ${answer.status}.`;
        // These two are about the message; any other status is about the gateway, or about how we are set up.
        const final = answer.status === 400 || answer.status === 422;
        return { kind: final ? 'rejected' : 'failed', reason };
      } catch (error) {
        return failed(error);
      }
    },
    close: () => undefined,
  };
}
