import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';

/** An RSA key that signs access tokens, and the name by which a token says that it was this one. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The keys of all control planes on one database. */
export interface SigningKeys {
  /** The one that signs now; made at first need. */
  current(): Promise<SigningKey>;
  /** The one of that name, as long as a token that it signed can be valid. */
  named(kid: string): Promise<SigningKey | undefined>;
  /**
   * Makes a new key. The old ones go on verifying, unless they are distrusted: then no token that they signed opens
   * anything, here at once and in other processes within `rereadMs`.
   */
  rotate(options: { readonly distrustOld: boolean }): Promise<void>;
}

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How long a key is needed after the last token was signed with it. */
  readonly tokenLifeMs: number;
  /** How old what is known of the keys may be. */
  readonly rereadMs: number;
}

/** Clocks differ, and others sign with a retired key until they read again. */
const marginMs = 24 * 3_600_000;

export function createSigningKeys({ db, clock, ids, tokenLifeMs, rereadMs }: Parts): SigningKeys {
  let known: { readonly keys: readonly (SigningKey & { readonly signs: boolean })[]; readonly untilMs: number };
  known = { keys: [], untilMs: 0 };
  let reading: Promise<void> | undefined;

  async function keys() {
    if (clock.now().getTime() >= known.untilMs) {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      await reading;
    }
    return known.keys;
  }

  async function read(): Promise<void> {
    const now = clock.now().getTime();
    const rows = await db
      .selectFrom('signing_key')
      .select(['kid', 'private_key', 'retired_at'])
      .where((where) =>
        where.or([where('retired_at', 'is', null), where('retired_at', '>', new Date(now - tokenLifeMs - marginMs))]),
      )
      .execute();
    const read = rows.map(({ kid, private_key, retired_at }) => {
      const same = known.keys.find((key) => key.kid === kid);
      const { privateKey, publicKey } = same ?? keyPairOf(private_key);
      return { kid, privateKey, publicKey, signs: retired_at === null };
    });
    known = { keys: read, untilMs: now + rereadMs };
  }

  async function add(): Promise<void> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    // Another control plane may have been quicker: one key signs.
    await db
      .insertInto('signing_key')
      .values({ kid: ids.uuid(), private_key: privateKey, created_at: clock.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    known = { ...known, untilMs: 0 };
  }

  return {
    async current() {
      const signs = async () => (await keys()).find((key) => key.signs);
      const key = await signs();
      if (key !== undefined) return key;
      await add();
      const made = await signs();
      if (made === undefined) throw new Error('There is no key to sign with right after one was made.');
      return made;
    },
    async named(kid) {
      return (await keys()).find((key) => key.kid === kid);
    },
    async rotate({ distrustOld }) {
      if (distrustOld) await db.deleteFrom('signing_key').execute();
      else
        await db.updateTable('signing_key').set({ retired_at: clock.now() }).where('retired_at', 'is', null).execute();
      await add();
    },
  };
}

function keyPairOf(pem: string): Pick<SigningKey, 'privateKey' | 'publicKey'> {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
