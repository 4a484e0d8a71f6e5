import { join } from 'node:path';
import type { Config } from './config.ts';
import { createMusicSound } from './ivr/speech/music-sound.ts';
import type { AriAddress } from './telephony/asterisk/ari-connection.ts';
import { createMusicShelf } from './telephony/asterisk/music-shelf.ts';
import { speechPrograms } from './telephony/asterisk/runtime/speech-programs.ts';
import type { MusicShelf } from './telephony/port.ts';

/** Music of queues' own, made ready by sox and kept in the home folder. */
export function createHouseMusic({ home, cache }: Pick<Config, 'home' | 'cache'>, address: AriAddress): MusicShelf {
  return createMusicShelf({ address, folder: join(home, 'music'), make: createMusicSound(speechPrograms(cache).sox) });
}
