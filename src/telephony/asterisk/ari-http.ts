import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { AppError } from '../../kernel/errors.ts';
import type { AriAddress } from './ari-connection.ts';
import { type Answer, type Arguments, type Operation, refusal, wireRequest } from './ari-request.ts';

const deadlineMs = 5000;

/** Not Node's own `fetch`: a recorded call asks a dozen times, and each costs it a millisecond more. */
const dispatcher = new Agent({
  connect: { timeout: deadlineMs },
  headersTimeout: deadlineMs,
  bodyTimeout: deadlineMs,
});

/**
 * ARI over HTTP, for upkeep: writing configuration makes Asterisk work for a while, and on the event socket calls would
 * wait behind it.
 */
export class AriHttp {
  readonly #address: AriAddress;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(address: AriAddress) {
    this.#address = address;
    const credentials = Buffer.from(`${address.user}:${address.password}`).toString('base64');
    this.#headers = { authorization: `Basic ${credentials}`, 'content-type': 'application/json' };
  }

  /** @throws AppError `telephony_unavailable` without an answer in 5 s; `not_found`, `conflict`, `internal` as Asterisk refuses. */
  async ask<O extends Operation>(operation: O, given: Arguments<O>): Promise<Answer<O>> {
    const { method, uri, body } = wireRequest(operation, given);
    const { statusCode, text } = await this.#answered(operation, async () => {
      const answer = await this.#request(uri, method, body);
      return { statusCode: answer.statusCode, text: await answer.body.text() };
    });
    if (statusCode >= 300) throw refusal(operation, statusCode, text);
    return (text === '' ? undefined : JSON.parse(text)) as Answer<O>;
  }

  /**
   * The bytes of a recording that is over.
   * @throws AppError `telephony_unavailable` without an answer in 5 s; `not_found` when there is none
   */
  async file(recordingName: string): Promise<Readable> {
    const operation = 'GET /recordings/stored/{recordingName}/file';
    const uri = `recordings/stored/${encodeURIComponent(recordingName)}/file`;
    const { statusCode, body } = await this.#answered(operation, () => this.#request(uri, 'GET'));
    if (statusCode >= 300) throw refusal(operation, statusCode, await body.text());
    return body;
  }

  #request(uri: string, method: Dispatcher.HttpMethod, body?: string) {
    const url = `${this.#address.ariUrl}/${uri}`;
    return request(url, { method, headers: this.#headers, body: body ?? null, dispatcher });
  }

  async #answered<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new AppError('telephony_unavailable', 'Asterisk does not answer over ARI.', { operation }, error);
    }
  }
}
