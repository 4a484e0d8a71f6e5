import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** What a server does to one request: answers with these bytes, never answers, or cuts the connection. */
export type Played = Buffer | 'hangs' | 'cuts';

export interface HttpPlayer {
  readonly url: string;
  /** What was asked, in order: the request line, the headers and the body as they came. */
  readonly requests: { readonly path: string; readonly head: string; readonly body: string }[];
  close(): Promise<void>;
}

/**
 * A server that gives back recorded answers byte by byte, also such as no HTTP library would write. Each connection serves
 * one request.
 */
export async function playHttp(answerTo: (path: string, body: string) => Played): Promise<HttpPlayer> {
  const requests: HttpPlayer['requests'] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = '';
    socket.on('close', () => sockets.delete(socket));
    // Whoever asked may be gone before the answer.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const [head = '', body] = received.split('\r\n\r\n', 2);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      const path = head.split(' ')[1] ?? '';
      requests.push({ path, head, body });
      const played = answerTo(path, body);
      if (played === 'cuts') socket.destroy();
      else if (played !== 'hangs') socket.end(played);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A recorded answer (header lines, an empty line, the body's bytes) as it goes over the wire; its length is added if it tells none. */
export function recordedAnswer(file: URL): Buffer {
  const bytes = readFileSync(file);
  const end = bytes.indexOf('\n\n');
  const head = bytes.subarray(0, end).toString('latin1').replaceAll('\n', '\r\n');
  const body = bytes.subarray(end + 2);
  const length = /^content-length:/im.test(head) ? '' : `\r\nContent-Length: ${body.length}`;
  return Buffer.concat([Buffer.from(`${head}${length}\r\nConnection: close\r\n\r\n`, 'latin1'), body]);
}
