import type { Clock } from '../../kernel/clock.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';

/** How old what is told of phones may be: programs ask every second, and a thousand of them cost Asterisk 10 ms. */
const freshMs = 1_000;

/**
 * Tells which extensions have a phone that is registered.
 * @returns a function that gives their numbers, at most a second old; it rejects with AppError `telephony_unavailable`
 */
export function createPhoneStates(address: AriAddress, clock: Clock): () => Promise<ReadonlySet<string>> {
  const ari = new AriHttp(address);
  let last: Promise<ReadonlySet<string>> | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<ReadonlySet<string>> {
    const endpoints = await ari.ask('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
    const online = endpoints.filter(({ state }) => state === 'online');
    // An extension's browsers may have an endpoint of their own, `100@web`.
    return new Set(online.map(({ resource }) => resource.split('@')[0] ?? ''));
  }

  return () => {
    const nowMs = clock.now().getTime();
    if (last === undefined || nowMs - askedAtMs >= freshMs) {
      askedAtMs = nowMs;
      last = ask();
      last.catch(() => (last = undefined));
    }
    return last;
  };
}
