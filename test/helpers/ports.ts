import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertPortFree } from '../../src/kernel/ports.ts';

/** Ports in a stretch. */
const stretchPorts = 400;
/**
 * Where stretches begin: beside the benchmarks' 25000–26999, and all below 32768, since above it any program's outgoing
 * connection may have any port.
 */
const firstPorts = [...stretchesFrom(22_000, 7), ...stretchesFrom(27_200, 13)];
const waitMs = 60_000;

/** Ports that no other test uses, be it in another worker or in another run on this machine, until they are released. */
export class PortStretch {
  /** The first of 399; at the one after them the guard stands. */
  readonly first: number;
  readonly #guard: Server;

  private constructor(first: number, guard: Server) {
    this.first = first;
    this.#guard = guard;
  }

  /** Takes a stretch that is free, and whose first ten ports nobody listens on. */
  static async claim(): Promise<PortStretch> {
    const tooLate = Date.now() + waitMs;
    while (Date.now() < tooLate) {
      const start = Math.floor(Math.random() * firstPorts.length);
      for (const first of [...firstPorts.slice(start), ...firstPorts.slice(0, start)]) {
        const stretch = await PortStretch.#tryClaim(first);
        if (stretch !== undefined) return stretch;
      }
      await sleep(500);
    }
    throw new Error(`All ${firstPorts.length} stretches of ports are in use: too many tests run at once`);
  }

  /** A port that is listened on is a lock that goes with its process, however that ends. */
  static async #tryClaim(first: number): Promise<PortStretch | undefined> {
    const guard = createServer().listen({ port: first + stretchPorts - 1, host: '127.0.0.1', exclusive: true });
    try {
      await once(guard, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
      throw error;
    }
    guard.unref();
    const ports = Array.from({ length: 10 }, (_, i) => first + i);
    if ((await areFree('tcp', ports)) && (await areFree('udp', ports))) return new PortStretch(first, guard);
    guard.close();
    return undefined;
  }

  release(): void {
    this.#guard.close();
  }
}

/** Whether nobody listens on any of these ports of this machine. */
export async function areFree(protocol: 'tcp' | 'udp', ports: readonly number[]): Promise<boolean> {
  const wanted = { address: '127.0.0.1', purpose: 'test', setting: 'none', protocol };
  const tried = await Promise.allSettled(ports.map((port) => assertPortFree({ ...wanted, port })));
  return tried.every(({ status }) => status === 'fulfilled');
}

function stretchesFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + stretchPorts * i);
}
