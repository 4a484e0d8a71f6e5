import { createSocket } from 'node:dgram';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** A port where audio may be sent that nobody hears: it is open, and what comes is never looked at. */
export interface DeafPort {
  readonly port: number;
  close(): Promise<unknown>;
}

/** Opens one. A thread has it that sleeps for ever, so that the audio of hundreds of calls costs nobody any time. */
export async function openDeafPort(): Promise<DeafPort> {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: shared });
  await Atomics.waitAsync(shared, 0, 0).value;
  return { port: Atomics.load(shared, 0), close: () => worker.terminate() };
}

if (!isMainThread) {
  const shared = workerData as Int32Array;
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1', () => {
    const { port } = socket.address();
    Atomics.store(shared, 0, port);
    Atomics.notify(shared, 0);
    Atomics.wait(shared, 0, port);
  });
}
