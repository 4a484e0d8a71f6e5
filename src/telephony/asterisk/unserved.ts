import type { AriHttp } from './ari-http.ts';
import type { AriBridge, AriChannel } from './ari-types.generated.ts';
import { throwUnlessGone } from './clean-up.ts';
import { isSnoop, isUpkeep, leaderOfBridge, waiterOfBridge } from './names.ts';
import { isInside } from './reconciliation.ts';

/** Asterisk opens a thread for each connection. */
const atOnce = 8;

/**
 * Whoever is with us and alone, also where the other side of a talk has left: nobody but us lets them hear anything. Who is,
 * or was about to be, in a room to wait or to meet in is not.
 */
export function alone(
  application: string,
  { channels, bridges }: { readonly channels: readonly AriChannel[]; readonly bridges: readonly AriBridge[] },
): readonly AriChannel[] {
  const inCompany = new Set(
    bridges.flatMap(({ id, channels: inside }) => {
      const isRoom = waiterOfBridge(id) !== undefined || leaderOfBridge(id) !== undefined;
      return isRoom || inside.length > 1 ? [...inside, waiterOfBridge(id)] : [];
    }),
  );
  return channels.filter(
    (channel) =>
      isInside(application, channel) && !isUpkeep(channel.id) && !isSnoop(channel.id) && !inCompany.has(channel.id),
  );
}

/**
 * Lets Asterisk play music to callers whom no control plane serves at the moment, and ring back to those who were not
 * answered yet. What is being said to them comes to its end first: Asterisk does one thing after the other for each.
 * @returns how many; 0 also where a control plane has the application's events: its callers are its own
 * @throws AppError `telephony_unavailable`
 */
export async function comfort(ari: Pick<AriHttp, 'ask'>, application: string): Promise<number> {
  const [isServed, channels, bridges] = await Promise.all([
    hasEvents(ari, application),
    ari.ask('GET /channels', {}),
    ari.ask('GET /bridges', {}),
  ]);
  if (isServed) return 0;
  const unserved = alone(application, { channels, bridges });
  for (let n = 0; n < unserved.length; n += atOnce) {
    await Promise.all(unserved.slice(n, n + atOnce).map((channel) => letHear(ari, channel)));
  }
  return unserved.length;
}

async function hasEvents(ari: Pick<AriHttp, 'ask'>, applicationName: string): Promise<boolean> {
  try {
    await ari.ask('GET /applications/{applicationName}', { path: { applicationName } });
    return true;
  } catch (error) {
    throwUnlessGone(error);
    return false;
  }
}

async function letHear(ari: Pick<AriHttp, 'ask'>, { id: channelId, state }: AriChannel): Promise<void> {
  const path = { channelId };
  try {
    if (state === 'Up') await ari.ask('POST /channels/{channelId}/moh', { path, query: {} });
    else await ari.ask('POST /channels/{channelId}/ring', { path });
  } catch (error) {
    throwUnlessGone(error);
  }
}
