import type { Clock } from '../../kernel/clock.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { phoneOfEndpoint } from './names.ts';

/**
 * How old what is told of phones may be until it is asked for again: programs ask every second, and a thousand of them cost
 * Asterisk 10 ms. Who asks then is told what was known, and only what is older than that is waited for.
 */
const freshMs = 1_000;
const staleMs = 5_000;

/**
 * Numbers of the extensions of the exchange with this domain, at most five seconds old, and two where somebody asks each second.
 * @throws AppError `telephony_unavailable`
 */
export type PhoneStates = (domain: string | null) => Promise<ReadonlySet<string>>;

/** Tells which extensions have a phone that is registered. */
export function createPhoneStates(address: AriAddress, clock: Clock): PhoneStates {
  const ari = new AriHttp(address);
  let known: { readonly atMs: number; readonly online: ReadonlyMap<string | null, ReadonlySet<string>> } | undefined;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const atMs = clock.now().getTime();
    const endpoints = await ari.ask('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
    const online = new Map<string | null, Set<string>>();
    for (const { state, resource } of endpoints) {
      if (state !== 'online') continue;
      const { extension, domain } = phoneOfEndpoint(resource);
      online.set(domain, (online.get(domain) ?? new Set()).add(extension));
    }
    known = { atMs, online };
  }

  return async (domain) => {
    const nowMs = clock.now().getTime();
    if (known === undefined || nowMs - known.atMs >= freshMs) {
      asking ??= ask().finally(() => (asking = undefined));
      // Whoever waits for it hears of its failure; whoever is told what was known does not.
      asking.catch(() => undefined);
    }
    if (known === undefined || nowMs - known.atMs >= staleMs) await asking;
    return known?.online.get(domain) ?? new Set();
  };
}
