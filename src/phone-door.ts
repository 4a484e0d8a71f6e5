import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { Counter, type Registry } from 'prom-client';
import { createAddressBlocks, sparedBy, watchGuessing } from './access/address-blocks.ts';
import type { AddressBlocks } from './access/service.ts';
import type { Config } from './config.ts';
import type { Trunk } from './exchange/schemas.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import type { Database } from './storage/database.ts';
import { listenTo, type Notices } from './storage/notices.ts';
import type { AriAddress } from './telephony/asterisk/ari-connection.ts';
import { createBlockedNetworks } from './telephony/asterisk/blocked-networks.ts';
import { followRefusals } from './telephony/asterisk/security-log.ts';

/** The door that phones come in by: who guesses passwords there finds it shut. */
export interface PhoneDoor {
  readonly blocks: AddressBlocks;
  start(): void;
  /** Asterisk may have forgotten who is blocked. */
  heal(): void;
  stop(): Promise<void>;
}

interface Parts {
  readonly config: Pick<Config, 'home' | 'asteriskAriUrl' | 'neverBlocked' | 'sipFailures'>;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly asterisk: AriAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly trunks: () => readonly Trunk[];
}

const firstBlockMs = 300_000;
const longestBlockMs = 86_400_000;

/** Puts together who reads Asterisk's log of refusals, decides whom to block, and makes Asterisk do so. */
export function createPhoneDoor(parts: Parts): PhoneDoor {
  const { config, db, databaseUrl, asterisk, clock, logger, metrics, trunks } = parts;
  const metric = { registers: [metrics] };
  const refusals = new Counter({
    ...metric,
    name: 'uirapuru_sip_refusals_total',
    help: 'Wrong passwords and unknown accounts of phones',
  });
  const blocked = new Counter({
    ...metric,
    name: 'uirapuru_sip_addresses_blocked_total',
    help: 'Addresses blocked since passwords of phones were guessed from there',
  });

  /** This machine, trunks and what the operator names are never blocked. */
  async function spared(): Promise<(address: string) => boolean> {
    const all = trunks();
    const hosts = await Promise.all(all.map(({ host }) => addressesOf(host)));
    return sparedBy([...config.neverBlocked, ...all.flatMap(({ addresses }) => addresses), ...hosts.flat()]);
  }

  async function addressesOf(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    try {
      return (await lookup(host, { all: true })).map(({ address }) => address);
    } catch (error) {
      logger.warn({ err: error, host }, "a trunk's address is not known, so that it could be blocked");
      return [];
    }
  }

  const watch = watchGuessing({
    db,
    clock,
    logger,
    limits: { failuresPerMinute: config.sipFailures, firstBlockMs, longestBlockMs },
    spared,
    enforce: createBlockedNetworks(asterisk),
    blocked: () => blocked.inc(),
  });
  const heal = () => void watch.refresh();
  let endFollowing: (() => void) | undefined;
  let notices: Notices | undefined;

  return {
    blocks: createAddressBlocks({ db, clock, spared, changed: () => watch.refresh() }),
    start() {
      notices = listenTo(databaseUrl, 'blocks_changed', heal, { clock, logger });
      // The log of an Asterisk that is not our own is not ours to read.
      if (config.asteriskAriUrl !== undefined) return;
      const log = join(config.home, 'logs', 'asterisk', 'security.log');
      endFollowing = followRefusals(
        log,
        (address) => {
          refusals.inc();
          watch.refused(address);
        },
        { clock, logger },
      );
    },
    heal,
    async stop() {
      endFollowing?.();
      watch.stop();
      await notices?.close();
    },
  };
}
