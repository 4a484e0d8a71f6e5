import { writeFileSync } from 'node:fs';
import { type Codec, digitPackets, encodeRtp, type RtpPosition, type TimedPacket } from './rtp.ts';

export interface DigitsOptions {
  readonly codec?: Codec;
  readonly holdMs?: number;
  readonly gapMs?: number;
  /** Packets of silence in the gaps, as a telephone sends. */
  readonly silence?: boolean;
  /** Where the call's stream is; the answer of the call before. */
  readonly start?: RtpPosition;
}

/** Where a stream begins when nothing was sent yet. */
export const streamStart: RtpPosition = { sequence: 1, timestamp: 160, ssrc: 0x75726121 };

/**
 * Writes digits as a capture for SIPp's `play_pcap_audio`. SIPp's own captures repeat their timestamps, so that
 * a key pressed twice counts once; here one clock runs through all digits of a call.
 * @returns where the stream is afterwards, for the next capture of the same call, and how long it plays
 */
export function digitsPcap(
  path: string,
  digits: string,
  options: DigitsOptions = {},
): { readonly end: RtpPosition; readonly durationMs: number } {
  const { codec = 'PCMA', holdMs = 100, gapMs = 100, silence = true, start = streamStart } = options;
  const { packets, end } = digitPackets(digits, start, { holdMs, gapMs, audio: silence ? codec : undefined });
  writeFileSync(path, Buffer.concat([pcapHeader(), ...packets.map(record)]));
  return { end, durationMs: digits.length * (Math.max(40, holdMs) + gapMs) };
}

function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(1, 20); // Ethernet
  return header;
}

/** One packet in Ethernet, IPv4 and UDP; SIPp reads lengths and payload and sends it from and to ports of its own. */
function record({ atMs, packet }: TimedPacket): Buffer {
  const rtp = encodeRtp(packet);
  const frame = Buffer.alloc(14 + 20 + 8);
  frame.writeUInt16BE(0x0800, 12);
  const ip = frame.subarray(14);
  ip[0] = 0x45;
  ip.writeUInt16BE(28 + rtp.length, 2);
  ip[8] = 64;
  ip[9] = 17;
  ip.set([127, 0, 0, 1, 127, 0, 0, 1], 12);
  const udp = ip.subarray(20);
  udp.writeUInt16BE(4000, 0);
  udp.writeUInt16BE(4000, 2);
  udp.writeUInt16BE(8 + rtp.length, 4);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(atMs / 1000), 0);
  head.writeUInt32LE((atMs % 1000) * 1000, 4);
  head.writeUInt32LE(frame.length + rtp.length, 8);
  head.writeUInt32LE(frame.length + rtp.length, 12);
  return Buffer.concat([head, frame, rtp]);
}
