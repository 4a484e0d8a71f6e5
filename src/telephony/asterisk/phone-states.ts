import type { Clock } from '../../kernel/clock.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { phoneOfEndpoint } from './names.ts';

/** How old what is told of phones may be: programs ask every second, and a thousand of them cost Asterisk 10 ms. */
const freshMs = 1_000;

/** Numbers of the extensions of the exchange with this domain, at most a second old. @throws AppError `telephony_unavailable` */
export type PhoneStates = (domain: string | null) => Promise<ReadonlySet<string>>;

/** Tells which extensions have a phone that is registered. */
export function createPhoneStates(address: AriAddress, clock: Clock): PhoneStates {
  const ari = new AriHttp(address);
  let last: Promise<ReadonlyMap<string | null, ReadonlySet<string>>> | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  async function ask() {
    const endpoints = await ari.ask('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
    const online = new Map<string | null, Set<string>>();
    for (const { state, resource } of endpoints) {
      if (state !== 'online') continue;
      const { extension, domain } = phoneOfEndpoint(resource);
      online.set(domain, (online.get(domain) ?? new Set()).add(extension));
    }
    return online;
  }

  return async (domain) => {
    const nowMs = clock.now().getTime();
    if (last === undefined || nowMs - askedAtMs >= freshMs) {
      askedAtMs = nowMs;
      last = ask();
      last.catch(() => (last = undefined));
    }
    return (await last).get(domain) ?? new Set();
  };
}
