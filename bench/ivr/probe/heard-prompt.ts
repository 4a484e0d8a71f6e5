import { readFileSync } from 'node:fs';
import { packetSamples, type RtpPacket } from '../../../test/phone/rtp.ts';

/**
 * Follows a prompt by its packets, which carry the bytes of its A-law file unchanged: whether it goes on, or something
 * else is heard. Pure but for reading the file.
 */
export class HeardPrompt {
  readonly #frames: readonly Buffer[];
  /** The frame heard last; undefined while something else is heard. */
  #position: number | undefined;
  #sequence = 0;

  /** @param path the recording, with its ending `.alaw` */
  constructor(path: string) {
    const audio = readFileSync(path);
    const count = Math.floor(audio.length / packetSamples);
    this.#frames = Array.from({ length: count }, (_, i) => audio.subarray(i * packetSamples, (i + 1) * packetSamples));
  }

  /** How many packets of the prompt were heard since it began; undefined while it is not heard. */
  get heard(): number | undefined {
    return this.#position === undefined ? undefined : this.#position + 1;
  }

  /** Whether a beginning anew would be noticed at once during the next packets: they differ from the first. */
  isTelling(packets: number): boolean {
    if (this.#position === undefined) return false;
    const [first] = this.#frames;
    const next = this.#frames.slice(this.#position + 1, this.#position + 1 + packets);
    return first !== undefined && next.length === packets && next.every((frame) => !frame.equals(first));
  }

  /** Takes the next packet. @returns whether the audio changed: this packet is not what follows in the prompt */
  next(packet: RtpPacket): boolean {
    const before = this.#position;
    const step = (packet.sequence - this.#sequence) & 0xffff;
    this.#sequence = packet.sequence;
    if (before !== undefined && this.#frames[before + step]?.equals(packet.payload) === true) {
      this.#position = before + step;
      return false;
    }
    this.#position = this.#frames[0]?.equals(packet.payload) === true ? 0 : undefined;
    return before !== undefined;
  }
}
