import { createSocket } from 'node:dgram';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** A port where audio may be sent that nobody hears: it is open, and what comes is never looked at. */
export interface DeafPort {
  readonly port: number;
  close(): Promise<unknown>;
}

/** Opens one. A thread has it that sleeps for ever, so that the audio of hundreds of calls costs no one any time. */
export async function openDeafPort(): Promise<DeafPort> {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { port, close: () => worker.terminate() };
}

if (!isMainThread) {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1', () => {
    parentPort?.postMessage(socket.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
}
