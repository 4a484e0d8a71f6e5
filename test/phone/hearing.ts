import { setTimeout as sleep } from 'node:timers/promises';
import { fromALaw } from './rtp.ts';
import type { HeardPacket, RtpPhone } from './rtp-phone.ts';

/** What a phone hears in a stretch of time: a phone that speaks (its tone is 4 kHz), music, ringing (425 Hz) or nothing. */
export type Heard = 'voice' | 'music' | 'ringing' | 'nothing';

const loud = 0.005;
const packetsNeeded = 5;

/** What one packet sounds like, from how often its wave crosses zero: 8 kHz, 160 samples. */
function soundOf({ packet, loudness }: HeardPacket): Heard {
  if (loudness < loud) return 'nothing';
  const samples = [...packet.payload].map(fromALaw);
  const crossings = samples.filter((sample, i) => i > 0 && sample > 0 !== (samples[i - 1] ?? 0) > 0).length;
  if (crossings > 140) return 'voice';
  return Math.abs(crossings - 17) <= 1 && loudness > 0.03 ? 'ringing' : 'music';
}

/** Waits until a phone hears this, and for a while nothing else. */
export async function hears(ear: RtpPhone, what: Heard, timeoutMs = 8_000): Promise<void> {
  const from = performance.now();
  for (const tooLate = from + timeoutMs; performance.now() < tooLate; await sleep(10)) {
    const last = ear.since(from).slice(-packetsNeeded).map(soundOf);
    if (last.length === packetsNeeded && last.every((one) => one === what)) return;
  }
  const heard = ear.since(from).map(soundOf);
  throw new Error(`The phone on port ${ear.port} did not hear ${what}, but ${[...new Set(heard)].join(', ')}`);
}

/** Waits until a phone hears our music. */
export async function hearsMusic(ear: RtpPhone): Promise<void> {
  await hears(ear, 'music');
}

/** Each of them hears every other one and not itself. */
export async function hearEachOther(...ears: RtpPhone[]): Promise<void> {
  for (const speaker of ears) {
    speaker.speak(true);
    try {
      for (const ear of ears) if (ear !== speaker) await hears(ear, 'voice');
      await hears(speaker, 'nothing');
    } finally {
      speaker.speak(false);
    }
    for (const ear of ears) await hears(ear, 'nothing');
  }
}
