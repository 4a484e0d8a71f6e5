import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

interface Settings {
  readonly bind: string;
  readonly externalAddress?: string | undefined;
  readonly localNets?: readonly string[];
  readonly stunServer?: string | undefined;
}

/** How Asterisk is reached from beyond a router that translates addresses (NAT), in its own settings. */
export interface Outside {
  /** Of each transport. */
  readonly transport: Readonly<Record<string, string | readonly string[]>>;
  /** Of the section `ice_host_candidates`: what stands for each address of ours. */
  readonly candidates: Readonly<Record<string, string>>;
  readonly stunServer: string | undefined;
}

/**
 * With an external address, that is what phones, trunks and browsers are told that do not come from our networks; browsers
 * are told both, and try which one leads here (ICE, RFC 8445).
 */
export function outsideOf(settings: Settings, cards = networkInterfaces()): Outside {
  const { bind, externalAddress, localNets = [], stunServer } = settings;
  if (externalAddress === undefined) return { transport: {}, candidates: {}, stunServer };
  const own = Object.values(cards).flatMap((addresses = []) =>
    addresses.filter(({ address, internal }) => isIPv4(address) && !internal).map(({ address }) => address),
  );
  const listening = bind === '0.0.0.0' || bind === '::' ? own : [bind].filter((address) => isIPv4(address));
  const behindRouter = listening.filter((address) => address !== externalAddress);
  return {
    transport: {
      external_media_address: externalAddress,
      external_signaling_address: externalAddress,
      local_net: localNets,
    },
    // Asterisk reads `=>` as `=`, and the address before it as the setting's name.
    candidates: Object.fromEntries(
      behindRouter.map((address) => [address, `${externalAddress},include_local_address`]),
    ),
    stunServer,
  };
}
