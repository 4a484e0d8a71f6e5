import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promptsFolder } from '../../src/ivr/speech/plugin.ts';
import { packetSamples } from './rtp.ts';
import type { HeardPacket } from './rtp-phone.ts';

/** A recording (or a stretch of speech or music that is none of ours) as a phone heard it. */
export interface HeardSound {
  /** Names of the recordings it can be: several where recordings are alike; none for the live voice, and for music. */
  names: ReadonlySet<string>;
  readonly fromMs: number;
  untilMs: number;
  /** Packets of it that were heard. */
  packets: number;
}

interface Place {
  readonly name: string;
  readonly index: number;
}

/** What is shared by more recordings than this says nothing: silence, mostly. */
const tellingNames = 6;
/** Recordings are played from their beginning; their first packets may be silence that tells nothing. */
const latestBeginning = 10;
const packetsLostAtMost = 5;
/** Shorter than this, unknown sound is the crack of a cut, not speech. */
const shortestVoice = 5;

/** Read before any call: it takes a second, in which a phone would neither hear nor speak. */
const known = readRecordings(join(promptsFolder, 'pt-BR'));

/**
 * Recognises what a phone hears. Asterisk sends an A-law recording to an A-law phone byte by byte, 20 ms a packet, so
 * that each packet is found in the files of the repository.
 */
export class Ear {
  readonly #packets: readonly HeardPacket[];
  readonly #sounds: HeardSound[] = [];
  #next = 0;
  #current: HeardSound | undefined;
  #places: readonly Place[] = [];

  /** @param packets what the phone has heard; the list may grow */
  constructor(packets: readonly HeardPacket[]) {
    this.#packets = packets;
  }

  /** Everything heard so far, in order. Unknown sound that lasted less than 100 ms is left out. */
  get sounds(): readonly HeardSound[] {
    for (; this.#next < this.#packets.length; this.#next++) {
      const packet = this.#packets[this.#next];
      if (packet !== undefined) this.#hear(packet);
    }
    return this.#sounds.filter((sound) => sound.names.size > 0 || sound.packets >= shortestVoice);
  }

  #hear({ packet, atMs, loudness }: HeardPacket): void {
    const found = known.get(packet.payload.toString('latin1')) ?? [];
    const continued = found.filter((place) =>
      this.#places.some((last) => last.name === place.name && isSoonAfter(place.index, last.index)),
    );
    if (this.#current !== undefined && continued.length > 0) return this.#goOn(this.#current, continued, atMs);
    const begun = found.filter((place) => place.index <= latestBeginning);
    const names = new Set(begun.map((place) => place.name));
    if (names.size > 0 && names.size <= tellingNames) {
      this.#current = { names, fromMs: atMs, untilMs: atMs, packets: 1 };
      this.#places = begun;
      this.#sounds.push(this.#current);
      return;
    }
    if (loudness < 0.005 || found.length > 0) return;
    const isVoice = this.#current?.names.size === 0 && atMs - this.#current.untilMs < 300;
    if (isVoice && this.#current !== undefined) return this.#goOn(this.#current, [], atMs);
    this.#current = { names: new Set(), fromMs: atMs, untilMs: atMs, packets: 1 };
    this.#places = [];
    this.#sounds.push(this.#current);
  }

  #goOn(sound: HeardSound, places: readonly Place[], atMs: number): void {
    sound.names = new Set(places.map((place) => place.name));
    sound.untilMs = atMs;
    sound.packets += 1;
    this.#places = places;
  }
}

/** Whether a sound is this prompt, or the first piece of it when it has slots. */
export function isPrompt(sound: HeardSound, id: string): boolean {
  return sound.names.has(id) || sound.names.has(`${id}-1`);
}

/** These recordings if they were heard one right after the other; otherwise what was heard, to be compared with them. */
export function inARow(sounds: readonly HeardSound[], names: readonly string[]): readonly string[] {
  const wereHeard = sounds.some((_, start) => names.every((name, i) => sounds[start + i]?.names.has(name) === true));
  return wereHeard ? names : sounds.map((sound) => [...sound.names].join('|'));
}

function isSoonAfter(index: number, last: number): boolean {
  return index > last && index <= last + packetsLostAtMost;
}

function readRecordings(folder: string): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.alaw')) continue;
    const name = file.slice(0, -'.alaw'.length);
    const audio = readFileSync(join(folder, file));
    for (let index = 0; (index + 1) * packetSamples <= audio.length; index++) {
      const key = audio.toString('latin1', index * packetSamples, (index + 1) * packetSamples);
      const same = places.get(key);
      if (same === undefined) places.set(key, [{ name, index }]);
      else same.push({ name, index });
    }
  }
  return places;
}
