import pino from 'pino';
import type { Erp } from '../../src/erp/port.ts';
import type { HubsoftChoices } from '../../src/vendors/hubsoft/acts.ts';
import { createHubsoftErp } from '../../src/vendors/hubsoft/client.ts';
import { openHubsoftConnection } from '../../src/vendors/hubsoft/connection.ts';
import { type HttpPlayer, type Played, playHttp, recordedAnswer } from './http-player.ts';
import { ManualClock } from './manual-clock.ts';

/**
 * What each route answers, by its path below `/api/v1/integracao/` (or `oauth/token`), with some of its fields or without:
 * `cliente`, `cliente?cancelado=sim`. A recorded answer's name, `hangs`, `cuts`, bytes, or one for each request to come, of
 * which the last one stays.
 */
export type HubsoftScript = Readonly<Record<string, string | Buffer | readonly string[]>>;

/** Our client of HubSoft, talking to a server that answers as a live one did. */
export interface PlayedHubsoft {
  readonly erp: Erp;
  readonly clock: ManualClock;
  readonly login: { readonly clientSecret: string; readonly password: string };
  readonly requests: HttpPlayer['requests'];
  /** What was asked, tokens left out: `GET cliente busca=… …`. */
  asked(): string[];
  /** Everything logged. */
  readonly log: () => string;
  /** From now on it answers so, and nothing was asked yet. What is not in the script is an unknown route. */
  play(script: HubsoftScript): void;
  close(): Promise<void>;
}

const recorded = new URL('../../src/vendors/hubsoft/fixtures/', import.meta.url);
const base = /^\/(?:api\/v1\/integracao\/)?/;

export async function playHubsoft(choices: Partial<HubsoftChoices> = {}): Promise<PlayedHubsoft> {
  const clock = new ManualClock('2026-11-21T14:00:00Z');
  const login = { clientSecret: 'a-client-secret-that-no-log-may-hold', password: 'a-password-that-no-log-may-hold' };
  const logged: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  let script: HubsoftScript = {};
  const answered = new Map<string, number>();
  const player = await playHttp((path): Played => {
    const answer = answerIn(script, path, answered);
    if (answer === 'hangs' || answer === 'cuts' || typeof answer !== 'string') return answer;
    return recordedAnswer(new URL(`${answer}.http`, recorded));
  });
  const account = { clientId: '3', username: 'ura@provedor.example', ...login };
  const connection = openHubsoftConnection({ url: player.url, ...account }, { clock, logger });
  const chosen = { unlockDays: undefined, agentField: 'ramal' as const, ticketType: undefined, ...choices };
  return {
    erp: createHubsoftErp({ connection, clock, logger, timeZone: 'America/Sao_Paulo', ...chosen }),
    clock,
    login,
    requests: player.requests,
    asked: () =>
      player.requests
        .filter(({ path }) => path !== '/oauth/token')
        .map(({ head, path, body }) => {
          const { pathname, searchParams } = new URL(path, player.url);
          const fields = Array.from(searchParams, ([name, value]) => `${name}=${value}`).join(' ');
          return [head.split(' ')[0], pathname.replace(base, ''), fields || body].filter(Boolean).join(' ');
        }),
    log: () => logged.join(''),
    play(next) {
      script = { 'oauth/token': 'token', ...next };
      answered.clear();
      player.requests.length = 0;
    },
    close: async () => {
      await connection.close();
      await player.close();
    },
  };
}

function answerIn(script: HubsoftScript, path: string, answered: Map<string, number>): string | Buffer {
  const { pathname, searchParams } = new URL(path, 'http://hubsoft');
  const route = pathname.replace(base, '');
  const key = Object.keys(script)
    .filter((each) => {
      const [name = '', fields = ''] = each.split('?');
      return (
        name === route &&
        Array.from(new URLSearchParams(fields)).every(([field, value]) => searchParams.get(field) === value)
      );
    })
    .toSorted((a, b) => b.length - a.length)[0];
  const answer = key === undefined ? 'unknown-route' : (script[key] ?? 'unknown-route');
  if (!Array.isArray(answer)) return answer as string | Buffer;
  const times = answered.get(key ?? '') ?? 0;
  answered.set(key ?? '', times + 1);
  return (answer as readonly string[])[Math.min(times, answer.length - 1)] ?? 'unknown-route';
}
