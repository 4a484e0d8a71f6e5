import { fromALaw, packetSamples } from './rtp.ts';

/** ITU-T Q.23: each key of a telephone is one low and one high tone. */
const low = [697, 770, 852, 941];
const high = [1209, 1336, 1477];
const keys = '123456789*0#';
const samplesASecond = 8_000;

/** G.711 A-law of each linear sample from -32768 on, in steps of 64. */
const toALaw = Array.from({ length: 1_024 }, (_, step) => {
  const wanted = step * 64 - 32_768;
  const codes = Array.from({ length: 256 }, (__, code) => code);
  return codes.reduce((best, code) =>
    Math.abs(fromALaw(code) - wanted) < Math.abs(fromALaw(best) - wanted) ? code : best,
  );
});

/** The tone of a key as packets of A-law. */
export function keyTone(key: string, packets: number): Buffer[] {
  const place = keys.indexOf(key);
  const tones = [low[Math.floor(place / 3)] ?? 0, high[place % 3] ?? 0];
  return Array.from({ length: packets }, (_, packet) =>
    Buffer.from(
      Array.from({ length: packetSamples }, (__, i) => {
        const at = (packet * packetSamples + i) / samplesASecond;
        const sample = tones.reduce((sum, hertz) => sum + 8_000 * Math.sin(2 * Math.PI * hertz * at), 0);
        return toALaw[Math.floor((sample + 32_768) / 64)] ?? 0;
      }),
    ),
  );
}

/** How loud the loudest tone of any key is in linear samples of 8 kHz: 0 to 1 (Goertzel's way). */
export function loudestKeyTone(samples: readonly number[]): number {
  return Math.max(...[...low, ...high].map((hertz) => toneLevel(samples, hertz)));
}

function toneLevel(samples: readonly number[], hertz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / samplesASecond);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample / 32_768 + turn * last - before, last];
  return (2 * Math.sqrt(Math.max(0, last * last + before * before - turn * last * before))) / samples.length;
}
