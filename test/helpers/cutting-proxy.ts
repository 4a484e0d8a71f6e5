import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the way to a server does to a request: `cut_answer` lets it through and breaks when the answer begins, `hold` keeps it. */
export type Passage = 'pass' | 'cut_answer' | 'cut_request' | 'hold';

export interface CuttingProxy {
  readonly port: number;
  /** Requests that reached the server, as their request line and body. */
  readonly passed: string[];
  /** Requests that are kept, and that nobody answers. */
  readonly held: string[];
  /** From now on nobody listens; what is connected is cut. */
  down(): Promise<void>;
  close(): Promise<void>;
}

/** A stretch of network in front of an HTTP server, on which connections break where a test says. */
export async function cuttingProxy(serverPort: number, passageOf: (request: string) => Passage): Promise<CuttingProxy> {
  const passed: string[] = [];
  const held: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let passage: Passage = 'pass';
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    // Our client sends head and body of these small requests at once, so a chunk is a request.
    client.on('data', (chunk: Buffer) => {
      const request = chunk.toString('latin1');
      passage = passageOf(request);
      if (passage === 'cut_request') return end();
      if (passage === 'hold') return void held.push(request);
      passed.push(request);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (passage === 'cut_answer') end();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { port: (server.address() as AddressInfo).port, passed, held, down: close, close };
}
