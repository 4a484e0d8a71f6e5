/** RTP (RFC 3550) as a telephone sends it: G.711 packets of 20 ms and digits as telephone events (RFC 4733). Pure. */

/** Payload type our offers give to `telephone-event/8000`. */
export const eventPayloadType = 101;

export type Codec = 'PCMU' | 'PCMA';

export const payloadTypes = { PCMU: 0, PCMA: 8 } as const satisfies Record<Codec, number>;

/** Silence in each codec. */
export const silence = { PCMU: 0xff, PCMA: 0xd5 } as const satisfies Record<Codec, number>;

/** Samples of one packet of 20 ms. */
export const packetSamples = 160;
export const packetMs = 20;

export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

/** Where a stream is: what its next packet carries. */
export interface RtpPosition {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** A packet and when it leaves, from the beginning of its sequence. */
export interface TimedPacket {
  readonly atMs: number;
  readonly packet: RtpPacket;
}

export interface DigitTiming {
  /** How long a key is held. */
  readonly holdMs: number;
  /** From a key's release to the next one. */
  readonly gapMs: number;
  /** Packets of silence in the gaps, as a telephone sends them; without, only the digits. */
  readonly audio: Codec | undefined;
}

/** Digits as packets, with one sequence and one clock throughout, and where the stream is afterwards. */
export function digitPackets(
  digits: string,
  start: RtpPosition,
  { holdMs, gapMs, audio }: DigitTiming,
): { readonly packets: TimedPacket[]; readonly end: RtpPosition } {
  const packets: TimedPacket[] = [];
  let { sequence, timestamp } = start;
  let atMs = 0;
  const add = (payloadType: number, marker: boolean, at: number, stamp: number, payload: Buffer): void => {
    packets.push({ atMs: at, packet: { payloadType, marker, sequence, timestamp: stamp, ssrc: start.ssrc, payload } });
    sequence = (sequence + 1) & 0xffff;
  };
  for (const digit of digits) {
    const held = Math.max(2, Math.round(holdMs / packetMs));
    // RFC 4733 section 2.5.1: all packets of one event carry the timestamp of its beginning; the last is sent three times.
    for (let i = 1; i <= held + 2; i++) {
      const last = i >= held;
      const duration = Math.min(i, held) * packetSamples;
      add(
        eventPayloadType,
        i === 1,
        atMs + Math.min(i - 1, held - 1) * packetMs,
        timestamp,
        event(digit, last, duration),
      );
    }
    atMs += held * packetMs;
    timestamp = (timestamp + held * packetSamples) >>> 0;
    const gap = Math.round(gapMs / packetMs);
    for (let i = 0; i < gap; i++) {
      if (audio !== undefined) {
        add(payloadTypes[audio], i === 0, atMs, timestamp, Buffer.alloc(packetSamples, silence[audio]));
      }
      atMs += packetMs;
      timestamp = (timestamp + packetSamples) >>> 0;
    }
  }
  return { packets, end: { sequence, timestamp, ssrc: start.ssrc } };
}

function event(digit: string, last: boolean, duration: number): Buffer {
  const code = '0123456789*#'.indexOf(digit);
  if (code < 0) throw new Error(`A telephone has no key ${digit}`);
  return Buffer.from([code, (last ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
}

/** A packet as it is on the wire. */
export function encodeRtp(packet: RtpPacket): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  header.writeUInt16BE(packet.sequence, 2);
  header.writeUInt32BE(packet.timestamp, 4);
  header.writeUInt32BE(packet.ssrc, 8);
  return Buffer.concat([header, packet.payload]);
}

/** Reads a packet; undefined for what is not RTP version 2. */
export function decodeRtp(data: Buffer): RtpPacket | undefined {
  const first = data[0] ?? 0;
  if (data.length < 12 || first >> 6 !== 2) return undefined;
  const second = data[1] ?? 0;
  return {
    payloadType: second & 0x7f,
    marker: second > 0x7f,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    payload: data.subarray(12 + (first & 0x0f) * 4),
  };
}

/** Loudness of G.711 audio: root mean square from 0 (silence) to 1. */
export function loudness(payload: Buffer, codec: Codec): number {
  let sum = 0;
  for (const byte of payload) sum += (codec === 'PCMU' ? fromMuLaw(byte) : fromALaw(byte)) ** 2;
  return payload.length === 0 ? 0 : Math.sqrt(sum / payload.length) / 32768;
}

/** G.711 µ-law to a linear sample (ITU-T G.711). */
export function fromMuLaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

/** G.711 A-law to a linear sample (ITU-T G.711). */
export function fromALaw(byte: number): number {
  const bits = byte ^ 0x55;
  const exponent = (bits & 0x70) >> 4;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
