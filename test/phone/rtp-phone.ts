import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyTone } from './key-tone.ts';
import {
  type Codec,
  decodeRtp,
  digitPackets,
  encodeRtp,
  loudness,
  packetMs,
  packetSamples,
  payloadTypes,
  type RtpPacket,
  type RtpPosition,
  silence,
} from './rtp.ts';

/** A packet the phone received, and when (`performance.now()`). */
export interface HeardPacket {
  readonly atMs: number;
  readonly packet: RtpPacket;
  /** Root mean square from 0 to 1; 0 for what is no audio. */
  readonly loudness: number;
}

export interface PressTiming {
  readonly holdMs?: number;
  readonly gapMs?: number;
}

/** Louder than this is speech, music or a tone; line noise and silence are below. */
const audible = 0.005;

const packetsASecond = 50;
/** A key is heard for a tenth of a second, and not for another. */
const tonePackets = 5;
/** RFC 3389 section 4: payload type 13, its first byte the level in -dBov. */
const comfortNoise = 13;

/**
 * The ear and mouth of a phone whose SIP is spoken by SIPp: sends one running stream from the moment it knows where to
 * (silence, a tone, digits), and keeps and measures everything it hears. Needs no privileges.
 */
export class RtpPhone {
  readonly port: number;
  readonly heard: HeardPacket[] = [];
  readonly #socket: Socket;
  readonly #codec: Codec;
  #position: RtpPosition;
  #target: number | undefined;
  #digits: RtpPacket[] = [];
  readonly #tones: Buffer[] = [];
  #frame: Buffer;
  #running = true;
  #suppressed = false;

  private constructor(port: number, codec: Codec, socket: Socket) {
    this.port = port;
    this.#codec = codec;
    this.#socket = socket;
    this.#position = { sequence: 1, timestamp: packetSamples, ssrc: port };
    this.#frame = Buffer.alloc(packetSamples, silence[codec]);
    socket.on('message', (data, from) => {
      const atMs = performance.now();
      this.#target ??= from.port;
      const packet = decodeRtp(data);
      if (packet === undefined) return;
      const isAudio = packet.payloadType === payloadTypes[codec];
      this.heard.push({ atMs, packet, loudness: isAudio ? loudness(packet.payload, codec) : 0 });
    });
  }

  /** A phone listening on a port of this machine; on any that is free when it is 0. */
  static async open(port: number, codec: Codec = 'PCMA'): Promise<RtpPhone> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    const phone = new RtpPhone(socket.address().port, codec, socket);
    void phone.#send();
    return phone;
  }

  /** Sends to this port from now on: what `answered <port>` of a scenario says. Without it, to whoever is heard first. */
  sendTo(answered: string): void {
    this.#target = Number(answered.replace('answered ', ''));
  }

  /** Says something loud, or is silent again. */
  speak(loud: boolean): void {
    const quiet = silence[this.#codec];
    // The loudest sample of each sign in turn: a tone of 4 kHz.
    this.#frame = Buffer.alloc(packetSamples, quiet);
    if (loud) this.#frame.forEach((_, i, frame) => (frame[i] = i % 2 === 0 ? 0x2a : 0xaa));
  }

  /** Sends nothing but a packet of comfort noise each second (RFC 3389), as phones do that suppress silence; or all again. */
  suppressSilence(suppressed: boolean): void {
    this.#suppressed = suppressed;
  }

  /** Presses keys; resolves when the last one is released and its gap is over. */
  async press(digits: string, { holdMs = 100, gapMs = 80 }: PressTiming = {}): Promise<void> {
    const { packets, end } = digitPackets(digits, this.#position, { holdMs, gapMs, audio: this.#codec });
    this.#digits.push(...packets.map((timed) => timed.packet));
    this.#position = end;
    while (this.#digits.length > 0 && this.#running) await sleep(5);
  }

  /** Presses keys whose tones alone are heard, as of a phone without telephone events; resolves when they are over. */
  async pressTones(digits: string): Promise<void> {
    for (const digit of digits) {
      this.#tones.push(
        ...keyTone(digit, tonePackets),
        ...Array.from({ length: tonePackets }, () => quiet(this.#codec)),
      );
    }
    while (this.#tones.length > 0 && this.#running) await sleep(5);
  }

  /** Packets heard since this instant (`performance.now()`). */
  since(atMs: number): HeardPacket[] {
    return this.heard.filter((packet) => packet.atMs >= atMs);
  }

  /** Resolves with the first loud (or quiet) packet heard after this instant. */
  async hears(what: 'sound' | 'silence', afterMs = performance.now(), timeoutMs = 5000): Promise<HeardPacket> {
    while (performance.now() < afterMs + timeoutMs) {
      const found = this.since(afterMs).find((packet) => packet.loudness > audible === (what === 'sound'));
      if (found !== undefined) return found;
      await sleep(5);
    }
    throw new Error(`The phone on port ${this.port} heard no ${what} within ${timeoutMs} ms`);
  }

  /** Sends nothing any more, as when its call is over: the exchange may give that port to another call. */
  fallSilent(): void {
    this.#running = false;
  }

  close(): void {
    this.#running = false;
    this.#socket.close();
  }

  /**
   * One packet each 20 ms by the clock, however late a timer fires. When many are due (a test did something long), they
   * are not sent at once: Asterisk mixes up keys that come in a burst, less than 45 ms apart.
   */
  async #send(): Promise<void> {
    for (let next = performance.now(); this.#running; next += packetMs) {
      await sleep(Math.max(0, next - performance.now()));
      next = Math.max(next, performance.now() - packetMs);
      if (!this.#running || this.#target === undefined) continue;
      const digit = this.#digits.shift();
      // RFC 4733 section 2.5.1.4: the end of an event is sent three times at once.
      if (digit !== undefined) this.#sendPacket(digit, this.#target);
      else this.#sendAudio(this.#target);
      while (this.#digits[0]?.timestamp === digit?.timestamp && isEnd(digit) && this.#digits[0] !== undefined) {
        this.#sendPacket(this.#digits.shift() as RtpPacket, this.#target);
      }
    }
  }

  #sendAudio(target: number): void {
    const { sequence, timestamp, ssrc } = this.#position;
    this.#position = { sequence: (sequence + 1) & 0xffff, timestamp: (timestamp + packetSamples) >>> 0, ssrc };
    if (this.#suppressed) {
      if (sequence % packetsASecond !== 0) return;
      const noise = { payloadType: comfortNoise, marker: false, sequence, timestamp, ssrc, payload: Buffer.from([70]) };
      this.#sendPacket(noise, target);
      return;
    }
    const payloadType = payloadTypes[this.#codec];
    this.#sendPacket(
      { payloadType, marker: false, sequence, timestamp, ssrc, payload: this.#tones.shift() ?? this.#frame },
      target,
    );
  }

  #sendPacket(packet: RtpPacket, target: number): void {
    this.#socket.send(encodeRtp(packet), target, '127.0.0.1');
  }
}

function quiet(codec: Codec): Buffer {
  return Buffer.alloc(packetSamples, silence[codec]);
}

function isEnd(packet: RtpPacket | undefined): boolean {
  return packet?.payload.length === 4 && ((packet.payload[1] ?? 0) & 0x80) !== 0;
}
