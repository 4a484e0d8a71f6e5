import pino from 'pino';
import type { Erp } from '../../src/erp/port.ts';
import { createSgpErp } from '../../src/vendors/sgp/client.ts';
import { openSgpConnection } from '../../src/vendors/sgp/connection.ts';
import { type HttpPlayer, type Played, playHttp, recordedAnswer } from './http-player.ts';
import { ManualClock } from './manual-clock.ts';

/** What each method, or each path, answers: a recorded answer's name, `hangs`, `cuts`, or bytes. */
export type SgpScript = Readonly<Record<string, string | Buffer>>;

/** Our client of SGP, talking to a server that answers as a live one did. */
export interface PlayedSgp {
  readonly erp: Erp;
  readonly clock: ManualClock;
  readonly token: string;
  readonly requests: HttpPlayer['requests'];
  /** Everything logged. */
  readonly log: () => string;
  /** From now on it answers so, and nothing was asked yet. What is not in the script is an unknown route. */
  play(script: SgpScript): void;
  close(): Promise<void>;
}

const recorded = new URL('../../src/vendors/sgp/fixtures/', import.meta.url);

export async function playSgp(): Promise<PlayedSgp> {
  const clock = new ManualClock('2026-11-21T14:00:00Z');
  const token = 'a-token-that-no-log-may-hold';
  const logged: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  let script: SgpScript = {};
  const player = await playHttp((path): Played => {
    const method = /\/(?:ws|api)\/ura\/(.+)\/$/.exec(path)?.[1] ?? path;
    const answer = script[path] ?? script[method] ?? 'unknown-route';
    if (answer === 'hangs' || answer === 'cuts' || typeof answer !== 'string') return answer;
    return recordedAnswer(new URL(`${answer}.http`, recorded));
  });
  const connection = openSgpConnection({ url: `${player.url}/PROVEDORX`, token, app: 'ura' });
  const parts = { connection, clock, logger, timeZone: 'America/Sao_Paulo' };
  return {
    erp: createSgpErp({ ...parts, ticketType: 7, orderReason: '41' }),
    clock,
    token,
    requests: player.requests,
    log: () => logged.join(''),
    play(next) {
      script = next;
      player.requests.length = 0;
    },
    close: async () => {
      await connection.close();
      await player.close();
    },
  };
}
