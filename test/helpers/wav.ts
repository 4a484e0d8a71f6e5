/**
 * A WAV file as Asterisk records: 8 kHz, 16 bit, mono (RIFF).
 * @param before a chunk between the format and the sound
 */
export function wavOf(sound: Buffer, before: Buffer = Buffer.alloc(0)): Buffer<ArrayBuffer> {
  const head = Buffer.alloc(36);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + before.length + sound.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  return Buffer.concat([head, before, chunk('data', sound)]);
}

/** A chunk of such a file. */
export function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}
