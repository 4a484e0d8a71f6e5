import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { payloadTypes, silence } from './rtp.ts';
import { type AskedOfBank, type HeardByBank, packetsASecond, type ToldByBank } from './rtp-bank.ts';

/** The process of a bank: sends and counts, and looks at nothing else of what it hears. */

const headerBytes = 12;
const payloadBytes = 160;
const packetMs = 1_000 / packetsASecond;
/** Phones do not all speak in the same instant: how many instants a packet's time has. */
const turns = 10;
/** What the kernel keeps for a phone while this process does not get the processor. */
const bufferBytes = 1 << 20;

interface Stream {
  readonly socket: Socket;
  readonly port: number;
  readonly frame: Buffer;
  /** The port it speaks to; 0 until it is told, or hears somebody. */
  target: number;
  readonly turn: number;
  /** When its next packet is due. */
  nextMs: number;
  sent: number;
  /** When it was last asked what was heard. */
  sentBefore: number;
  readonly heardAt: number[];
  readonly sequences: number[];
}

const streams: Stream[] = [];

async function openOne(index: number): Promise<Stream> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: bufferBytes });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const frame = Buffer.alloc(headerBytes + payloadBytes, silence.PCMA);
  frame.writeUInt16BE(0x8000 | payloadTypes.PCMA, 0);
  frame.writeUInt32BE(port, 8);
  const stream: Stream = {
    socket,
    port,
    frame,
    target: 0,
    turn: index % turns,
    nextMs: 0,
    sent: 0,
    sentBefore: 0,
    heardAt: [],
    sequences: [],
  };
  socket.on('message', (packet, from) => {
    stream.heardAt.push(performance.now());
    stream.sequences.push(packet.readUInt16BE(2));
    if (stream.target === 0) speak(stream, from.port);
  });
  return stream;
}

/** Whatever is due, however late: what is counted as lost is then what was sent and did not come. */
function tick(): void {
  const now = performance.now();
  for (const stream of streams) {
    if (stream.target === 0) continue;
    for (; stream.nextMs <= now; stream.nextMs += packetMs) {
      stream.sent += 1;
      stream.frame.writeUInt16BE(stream.sent & 0xffff, 2);
      stream.frame.writeUInt32BE((stream.sent * payloadBytes) >>> 0, 4);
      // Sent later: a frame that is used again would be sent as it is then.
      stream.socket.send(Buffer.from(stream.frame), stream.target, '127.0.0.1');
    }
  }
  setTimeout(tick, packetMs / turns);
}

function speak(stream: Stream, to: number): void {
  stream.target = to;
  stream.nextMs = performance.now() + (stream.turn * packetMs) / turns;
}

/** What all phones heard since they were last asked, and forgets it. */
function heard(): HeardByBank {
  let [sent, packets, lost, deviation, gaps, longestGapMs] = [0, 0, 0, 0, 0, 0];
  for (const stream of streams) {
    sent += stream.sent - stream.sentBefore;
    stream.sentBefore = stream.sent;
    const [times, sequences] = [stream.heardAt.splice(0), stream.sequences.splice(0)];
    packets += times.length;
    lost += missing(sequences);
    for (const [n, atMs] of times.entries()) {
      const gap = n === 0 ? packetMs : atMs - (times[n - 1] ?? atMs);
      deviation += Math.abs(gap - packetMs);
      gaps += 1;
      longestGapMs = Math.max(longestGapMs, gap);
    }
  }
  const jitterMs = Math.round((deviation / Math.max(1, gaps)) * 10) / 10;
  return { sent, packets, lost, jitterMs, longestGapMs: Math.round(longestGapMs) };
}

/** How many numbers between the least and the greatest are not there; they begin anew at 65,536, and may come in any order. */
function missing(sequences: readonly number[]): number {
  const [first = 0] = sequences;
  const steps = new Set(sequences.map((sequence) => ((sequence - first + 98_304) % 65_536) - 32_768));
  const [least, greatest] = [...steps].reduce(
    ([low, high], step) => [Math.min(low, step), Math.max(high, step)],
    [0, 0],
  );
  return sequences.length === 0 ? 0 : greatest - least + 1 - steps.size;
}

function tell(message: ToldByBank): void {
  process.send?.(message);
}

async function open(phones: number): Promise<void> {
  const opened = await Promise.all(Array.from({ length: phones }, (_, index) => openOne(index)));
  streams.push(...opened);
  tick();
  tell({ kind: 'opened', ports: opened.map(({ port }) => port) });
}

process.on('message', (asked: AskedOfBank) => {
  if (asked.kind === 'open') return void open(asked.phones);
  if (asked.kind === 'heard') return tell({ kind: 'heard', heard: heard() });
  const stream = streams.find(({ port }) => port === asked.from);
  if (stream === undefined) throw new Error(`There is no phone on port ${asked.from}`);
  speak(stream, asked.to);
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());
