import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { ariUser } from '../../src/telephony/asterisk/runtime/configuration.ts';
import type { TestSystem } from '../helpers/system.ts';

/** The wire between a control plane and its Asterisk, which can be cut and mended. */
export class AriLink {
  /** For `ASTERISK_ARI_URL`. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(server: Server, url: string, ariPort: number) {
    this.#server = server;
    this.url = url;
    server.on('connection', (near) => {
      if (this.#cut) {
        near.destroy();
        return;
      }
      const far = connect(ariPort, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          near.destroy();
          far.destroy();
          this.#sockets.delete(socket);
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  /** A wire to the Asterisk of this home. */
  static async to(system: TestSystem): Promise<AriLink> {
    const { port, password } = JSON.parse(readFileSync(join(system.home, 'asterisk', 'ari.json'), 'utf8')) as {
      port: number;
      password: string;
    };
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const here = typeof address === 'object' && address !== null ? address.port : 0;
    return new AriLink(server, `http://${ariUser}:${password}@127.0.0.1:${here}/ari`, port);
  }

  /** Every connection breaks, and no new one comes about until it is mended. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
