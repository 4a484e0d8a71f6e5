import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { BoxKey, VoicemailFiles } from './files.ts';
import { hashPin, isPin } from './pin.ts';
import type { VoicemailBox } from './schemas.ts';
import type { VoicemailBoxes } from './service.ts';
import type { StoredBox, VoicemailStore } from './store.ts';

interface Parts {
  readonly store: VoicemailStore;
  readonly files: VoicemailFiles;
  readonly clock: Clock;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

const mostWrongPins = 5;
const shutMs = 15 * 60_000;

/** Mailboxes over PostgreSQL. */
export function createVoicemailBoxes({ store, files, clock, changed }: Parts): VoicemailBoxes {
  /** By mailbox: PINs that were wrong one after the other, and when the last was. */
  const wrong = new Map<string, { count: number; at: number }>();

  async function stored({ tenantId, extension }: BoxKey): Promise<StoredBox> {
    const [found] = await store.boxes(tenantId, extension);
    if (found === undefined) throw new AppError('not_found', `There is no extension ${extension}.`);
    return found;
  }

  async function shown(tenantId: number, { pinHash, ...box }: StoredBox): Promise<VoicemailBox> {
    const greeting = await files.existing(files.greeting({ tenantId, extension: box.extension }));
    return { ...box, hasPin: pinHash !== null, hasGreeting: greeting !== undefined };
  }

  async function find(box: BoxKey): Promise<VoicemailBox> {
    return shown(box.tenantId, await stored(box));
  }

  return {
    find,
    async list(tenantId) {
      const all = await store.boxes(tenantId);
      return Promise.all(all.map((box) => shown(tenantId, box)));
    },
    async change(box, { enabled, email, pin }) {
      await stored(box);
      await store.change(box, {
        ...(enabled !== undefined && { enabled }),
        ...(email !== undefined && { email }),
        ...(pin !== undefined && { pin_hash: pin === null ? null : await hashPin(pin) }),
      });
      wrong.delete(keyOf(box));
      await changed(box.tenantId);
      return find(box);
    },
    async removeGreeting(box) {
      await stored(box);
      await files.remove(files.greeting(box));
    },
    async opens(box, pin) {
      const { pinHash } = await stored(box);
      const before = wrong.get(keyOf(box));
      const now = clock.now().getTime();
      const count = before === undefined || now - before.at > shutMs ? 0 : before.count;
      if (count >= mostWrongPins || pinHash === null) return false;
      // Counted before it is looked at, so that tries at the same time count too.
      wrong.set(keyOf(box), { count: count + 1, at: now });
      const isRight = await isPin(pin, pinHash);
      if (isRight) wrong.delete(keyOf(box));
      return isRight;
    },
  };
}

function keyOf({ tenantId, extension }: BoxKey): string {
  return `${tenantId} ${extension}`;
}
