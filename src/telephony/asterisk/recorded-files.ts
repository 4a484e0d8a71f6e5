import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { RecordedFiles } from '../port.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { isGone } from './call-control.ts';

/** What callers said, fetched off the event socket. */
export function createRecordedFiles(address: AriAddress): RecordedFiles {
  const ari = new AriHttp(address);
  return {
    async fetch(name, into) {
      await pipeline(await ari.file(name), createWriteStream(into, { mode: 0o600 }));
    },
    async discard(recordingName) {
      try {
        await ari.ask('DELETE /recordings/stored/{recordingName}', { path: { recordingName } });
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}
