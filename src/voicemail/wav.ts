/** WAV of the telephone: linear, 16 bits, mono, 8000 samples a second. */
const samplesPerSecond = 8000;
const bytesPerSample = 2;
const headerBytes = 44;

/** Louder than this, of 32,767, is somebody, or something; line noise is below. */
const audible = 400;

/** How long a WAV file of the telephone lasts, and whether anything is heard in it. */
export function soundOf(wav: Buffer): { readonly durationMs: number; readonly isHeard: boolean } {
  const at = wav.indexOf('data');
  const samples = at < 0 ? wav.subarray(wav.length) : wav.subarray(at + 8);
  const count = Math.floor(samples.length / bytesPerSample);
  let isHeard = false;
  for (let i = 0; i < count && !isHeard; i++) isHeard = Math.abs(samples.readInt16LE(i * bytesPerSample)) > audible;
  return { durationMs: Math.round((count / samplesPerSecond) * 1000), isHeard };
}

/** A tone as a WAV file of the telephone. */
export function toneWav(hertz: number, ms: number): Buffer {
  const count = Math.round((samplesPerSecond * ms) / 1000);
  const wav = Buffer.alloc(headerBytes + count * bytesPerSample);
  wav.write('RIFF');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(samplesPerSecond, 24);
  wav.writeUInt32LE(samplesPerSecond * bytesPerSample, 28);
  wav.writeUInt16LE(bytesPerSample, 32);
  wav.writeUInt16LE(8 * bytesPerSample, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(count * bytesPerSample, 40);
  for (let i = 0; i < count; i++) {
    const sample = Math.round(8000 * Math.sin((2 * Math.PI * hertz * i) / samplesPerSecond));
    wav.writeInt16LE(sample, headerBytes + i * bytesPerSample);
  }
  return wav;
}
