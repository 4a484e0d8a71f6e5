import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AppError } from '../../kernel/errors.ts';
import type { AriAddress } from './ari-connection.ts';
import { type Answer, type Arguments, type Operation, refusal, wireRequest } from './ari-request.ts';

const deadlineMs = 5000;

/**
 * ARI over HTTP, for upkeep: writing configuration makes Asterisk work for a while, and on the event socket calls would
 * wait behind it.
 */
export class AriHttp {
  readonly #address: AriAddress;
  readonly #authorization: string;

  constructor(address: AriAddress) {
    this.#address = address;
    this.#authorization = `Basic ${Buffer.from(`${address.user}:${address.password}`).toString('base64')}`;
  }

  /** @throws AppError `telephony_unavailable` without an answer in 5 s; `not_found`, `conflict`, `internal` as Asterisk refuses. */
  async ask<O extends Operation>(operation: O, given: Arguments<O>): Promise<Answer<O>> {
    const { method, uri, body } = wireRequest(operation, given);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#address.ariUrl}/${uri}`, {
        method,
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        body: body ?? null,
        signal: AbortSignal.timeout(deadlineMs),
      });
      text = await response.text();
    } catch (error) {
      throw new AppError('telephony_unavailable', 'Asterisk does not answer over ARI.', { operation }, error);
    }
    if (!response.ok) throw refusal(operation, response.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as Answer<O>;
  }

  /**
   * The bytes of a recording that is over.
   * @throws AppError `telephony_unavailable` without an answer in 5 s; `not_found` when there is none
   */
  async file(recordingName: string): Promise<Readable> {
    const operation = 'GET /recordings/stored/{recordingName}/file';
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), deadlineMs);
    try {
      const response = await fetch(
        `${this.#address.ariUrl}/recordings/stored/${encodeURIComponent(recordingName)}/file`,
        { headers: { authorization: this.#authorization }, signal: late.signal },
      );
      if (!response.ok) throw refusal(operation, response.status, await response.text());
      return Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('telephony_unavailable', 'Asterisk does not answer over ARI.', { operation }, error);
    } finally {
      clearTimeout(timer);
    }
  }
}
