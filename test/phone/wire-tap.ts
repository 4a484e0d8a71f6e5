/**
 * The socket of a phone, in a thread of its own: what passes is noted when it passes, however busy the test is.
 */
import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import type { ToSend, Traffic } from './wire-socket.ts';

const beatMs = 5;
const { host, port } = workerData as { host: string; port: number };
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (traffic: Traffic): void => parentPort?.postMessage(traffic);
const socket = createSocket('udp4');
socket.on('message', (data, from) => {
  tell({ kind: 'received', text: data.toString(), atMs: Date.now(), port: from.port });
});
parentPort?.on('message', ({ text, host: toHost, port: toPort }: ToSend) => {
  socket.send(text, toPort, toHost);
  tell({ kind: 'sent', text, atMs: Date.now() });
});
// How late a thread of this machine may be: what passes, and the exchange with it, is as late.
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  const byMs = now - last - beatMs;
  last = now;
  if (byMs > 2 * beatMs) tell({ kind: 'late', byMs });
}, beatMs);
socket.bind(port, host, () => tell({ kind: 'listening', port: socket.address().port }));
