import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { ariUser } from '../../src/telephony/asterisk/runtime/configuration.ts';
import type { TestSystem } from '../helpers/system.ts';

/** How often an event is late or comes twice, and how late. */
const delayed = 0.3;
const duplicated = 0.05;
const longestDelayMs = 150;

interface Event {
  readonly type: string;
  readonly channel?: { readonly id: string };
  readonly peer?: { readonly id: string };
  readonly playback?: { readonly target_uri: string };
  readonly recording?: { readonly name: string };
}

/**
 * The wire between a control plane and its Asterisk, on which events come late, twice, and after others that happened later
 * (those of one channel among each other excepted, as Asterisk keeps them in order), and which can be cut.
 */
export class UnrulyAri {
  /** For `ASTERISK_ARI_URL`. */
  readonly url: string;
  events = 0;
  late = 0;
  twice = 0;
  readonly #server: Server;
  readonly #target: { readonly port: number };
  readonly #random: () => number;
  readonly #sockets = new Set<WebSocket>();
  #isCut = false;

  private constructor(server: Server, ari: { readonly port: number; readonly password: string }, random: () => number) {
    const address = server.address();
    const here = typeof address === 'object' && address !== null ? address.port : 0;
    this.url = `http://${ariUser}:${ari.password}@127.0.0.1:${here}/ari`;
    this.#server = server;
    this.#target = { port: ari.port };
    this.#random = random;
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (this.#isCut) socket.destroy();
      else sockets.handleUpgrade(asked, socket, head, (near) => this.#connect(near, asked));
    });
    server.on('request', (asked, answer) => {
      if (this.#isCut) {
        asked.socket.destroy();
        return;
      }
      const { method, url: path, headers } = asked;
      const far = request({ host: '127.0.0.1', port: ari.port, method, path, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      far.on('error', () => answer.destroy());
      asked.pipe(far);
    });
  }

  /** A wire to the Asterisk of this home. @param random what becomes of events */
  static async to(system: TestSystem, random: () => number): Promise<UnrulyAri> {
    const ari = JSON.parse(readFileSync(join(system.home, 'asterisk', 'ari.json'), 'utf8')) as {
      port: number;
      password: string;
    };
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new UnrulyAri(server, ari, random);
  }

  /** The socket breaks, and no connection comes about until it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.terminate();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #connect(near: WebSocket, asked: IncomingMessage): void {
    const authorization = asked.headers.authorization ?? '';
    const far = new WebSocket(`ws://127.0.0.1:${this.#target.port}${asked.url}`, { headers: { authorization } });
    const opened = once(far, 'open').catch(() => undefined);
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.terminate();
        far.terminate();
        this.#sockets.delete(socket);
      });
    }
    near.on('message', (data: Buffer) => void opened.then(() => far.send(data.toString())));
    const busyUntil = new Map<string, number>();
    far.on('message', (data: Buffer) => this.#pass(data.toString(), near, busyUntil));
  }

  #pass(text: string, near: WebSocket, busyUntil: Map<string, number>): void {
    const event = JSON.parse(text) as Event;
    const send = (): void => {
      if (near.readyState === WebSocket.OPEN) near.send(text);
    };
    if (event.type === 'RESTResponse') return send();
    this.events += 1;
    const now = performance.now();
    const of = event.channel?.id ?? event.peer?.id ?? event.playback?.target_uri ?? event.recording?.name ?? '';
    const isLate = this.#random() < delayed;
    const at = Math.max(busyUntil.get(of) ?? 0, now + (isLate ? longestDelayMs * this.#random() : 0));
    busyUntil.set(of, at);
    if (at > now) this.late += 1;
    const again = this.#random() < duplicated ? [longestDelayMs * this.#random()] : [];
    this.twice += again.length;
    if (at <= now) send();
    else setTimeout(send, at - now);
    for (const afterMs of again) setTimeout(send, at - now + afterMs);
  }
}
