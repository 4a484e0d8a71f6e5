import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import { readBlocks, removeBlock, writeBlock } from './address-block-store.ts';
import { type GuessingLimits, nextBlock, Refusals } from './guessing.ts';
import { limitedOrigin } from './origin.ts';
import type { AddressBlock } from './schemas.ts';

/** Which addresses phones may not come from, as people see and change it. */
export interface AddressBlocks {
  /** Those that are blocked now, the oldest first. */
  list(): Promise<AddressBlock[]>;
  /** Blocks an address for some minutes. @throws AppError `bad_request` for what is no address, or is never blocked */
  block(address: string, minutes: number): Promise<AddressBlock>;
  /** @throws AppError `not_found` */
  unblock(address: string): Promise<void>;
}

interface ListParts {
  readonly db: Database;
  readonly clock: Clock;
  /** Tells addresses that are never blocked: the machine itself, trunks, what the operator names. */
  readonly spared: () => Promise<(address: string) => boolean>;
  /** Puts the blocks into effect, after they were changed. */
  readonly changed: () => Promise<void>;
}

/** Blocks over PostgreSQL. */
export function createAddressBlocks({ db, clock, spared, changed }: ListParts): AddressBlocks {
  return {
    async list() {
      const now = clock.now();
      return (await readBlocks(db, now)).filter((block) => isInForce(block, now));
    },
    async block(address, minutes) {
      const network = networkOf(address);
      if ((await spared())(hostOf(network))) {
        throw new AppError('bad_request', `${address} is never blocked: it is this machine's, a trunk's, or named so.`);
      }
      const now = clock.now();
      const until = new Date(now.getTime() + minutes * 60_000).toISOString();
      const block = { address: network, blockedAt: now.toISOString(), until, times: 1, reason: 'by_hand' } as const;
      await writeBlock(db, block);
      await changed();
      return block;
    },
    async unblock(address) {
      if (!(await removeBlock(db, networkOf(address)))) {
        throw new AppError('not_found', `${address} is not blocked.`);
      }
      await changed();
    },
  };
}

/** Blocks addresses that guess passwords of phones. */
export interface GuessingWatch {
  /** Somebody was refused at this address. */
  refused(address: string): void;
  /** Reads the blocks again, and puts them into effect; failures are logged, and mended the next time. */
  refresh(): Promise<void>;
  stop(): void;
}

interface WatchParts extends Omit<ListParts, 'changed'> {
  readonly logger: Logger;
  readonly limits: GuessingLimits;
  /** Refuses whatever comes from these networks from now on, and from no others. */
  readonly enforce: (networks: readonly string[]) => Promise<void>;
  /** Told of each address that is blocked for guessing. */
  readonly blocked: () => void;
}

/** More are more than can be looked through at each message; the newest count. */
const mostBlocked = 2_000;
const retryMs = 5_000;
const longestSleepMs = 3_600_000;

/** Watches over guessing, in one process; nothing is blocked before the first `refresh`. */
export function watchGuessing(parts: WatchParts): GuessingWatch {
  const { db, clock, logger, limits, spared, enforce } = parts;
  const refusals = new Refusals(limits.failuresPerMinute);
  let last: Promise<void> = Promise.resolve();
  let isWaiting = false;
  let sleeping = new AbortController();

  async function block(network: string): Promise<void> {
    if ((await spared())(hostOf(network))) return;
    const now = clock.now();
    const known = (await readBlocks(db, now)).find((one) => one.address === network);
    // Refused before the block was in force, and heard of only now.
    if (known !== undefined && isInForce(known, now)) return;
    const before = known && { ...known, blockedAt: new Date(known.blockedAt), until: new Date(known.until) };
    const { until, times } = nextBlock(before, now, limits);
    const term = { blockedAt: now.toISOString(), until: until.toISOString(), times };
    logger.warn(
      { address: network, until, times },
      'an address is blocked: passwords of phones are guessed from there',
    );
    parts.blocked();
    await writeBlock(db, { address: network, ...term, reason: 'guessing' });
    void refresh();
  }

  /** One after the other; who asks while another waits is served by that one. */
  function refresh(): Promise<void> {
    if (isWaiting) return last;
    isWaiting = true;
    last = last.then(apply).catch((error: unknown) => {
      logger.warn({ err: error }, 'blocked addresses could not be told to Asterisk; they are in a moment');
      sleepFor(retryMs);
    });
    return last;
  }

  async function apply(): Promise<void> {
    isWaiting = false;
    const now = clock.now();
    const blocks = (await readBlocks(db, now)).filter((one) => isInForce(one, now)).slice(-mostBlocked);
    const isSpared = await spared();
    await enforce(blocks.map(({ address }) => address).filter((network) => !isSpared(hostOf(network))));
    const nextMs = Math.min(...blocks.map(({ until }) => Date.parse(until) - now.getTime()));
    if (blocks.length > 0) sleepFor(nextMs);
  }

  function sleepFor(ms: number): void {
    sleeping.abort();
    sleeping = new AbortController();
    clock.sleep(Math.min(ms, longestSleepMs), sleeping.signal).then(refresh, () => undefined);
  }

  return {
    refused(address) {
      const network = limitedOrigin(address);
      if (!refusals.count(network, clock.now())) return;
      last = last
        .then(() => block(network))
        .catch((error: unknown) => {
          logger.error({ err: error, address: network }, 'an address that guesses passwords could not be blocked');
        });
    },
    refresh,
    stop: () => sleeping.abort(),
  };
}

/** IPv6 is blocked by so many bits, and spared by no more. */
const blockedBits = 64;

/**
 * Tells addresses that are never blocked: this machine's own, and those of networks.
 * @param networks addresses and networks, such as `10.0.0.0/8`
 */
export function sparedBy(networks: readonly string[]): (address: string) => boolean {
  // Apart: a list would take each IPv4 address for an IPv6 one of `::/64`, too.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of ['127.0.0.1', '::1', ...networks]) {
    const [address = '', bits] = network.split('/');
    const most = isIPv6(address) ? blockedBits : 32;
    lists[familyOf(address)].addSubnet(address, Math.min(Number(bits ?? most), most), familyOf(address));
  }
  return (address) => lists[familyOf(address)].check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function isInForce({ until }: AddressBlock, now: Date): boolean {
  return Date.parse(until) > now.getTime();
}

/** The address that stands for a network. */
function hostOf(network: string): string {
  return network.replace(/\/64$/, '');
}

/** @throws AppError `bad_request` */
function networkOf(address: string): string {
  const plain = hostOf(address);
  if (isIP(plain) === 0) throw new AppError('bad_request', `"${address}" is no address.`);
  return limitedOrigin(plain);
}
