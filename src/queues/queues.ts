import type { Exchange } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import type { MusicShelf } from '../telephony/port.ts';
import { leadsTo } from './leads.ts';
import { musicName } from './queue-music.ts';
import { newQueue, type QueueChange, type QueueSettings } from './schemas.ts';
import type { Queues } from './service.ts';
import { addQueue, changeQueue, markMusic, readMembers, readQueues, removeQueue, writeMembers } from './store.ts';

interface Parts {
  readonly db: Database;
  readonly exchangeOf: (tenantId: number) => Pick<Exchange, 'destination' | 'takesMessages'>;
  readonly hasFlow: (name: string) => boolean;
  readonly music: MusicShelf;
  /** Puts a tenant's queues into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

type Overflow = Pick<QueueSettings, 'overflow' | 'overflowQueue' | 'overflowFlow' | 'overflowExtension'>;

/** By what is said where callers overflow to. */
const overflowFields = [
  ['queue', 'overflowQueue'],
  ['flow', 'overflowFlow'],
  ['voicemail', 'overflowExtension'],
] as const;

/** Queues over PostgreSQL. */
export function createQueues({ db, exchangeOf, hasFlow, music, changed }: Parts): Queues {
  async function find(tenantId: number, number: string) {
    const queue = (await readQueues(db, tenantId)).find((one) => one.number === number);
    if (queue === undefined) throw unknown(number);
    return queue;
  }

  async function assertSound(tenantId: number, queue: Overflow & { readonly number: string }): Promise<void> {
    for (const [kind, field] of overflowFields) {
      if ((queue.overflow === kind) === (queue[field] !== null)) continue;
      throw bad(`Say by ${field} where callers overflow to, if overflow is "${kind}", and only then.`);
    }
    const { number, overflowQueue, overflowFlow, overflowExtension } = queue;
    if (overflowQueue === number) throw bad('A queue cannot overflow into itself.');
    if (overflowQueue !== null && !(await readQueues(db, tenantId)).some((one) => one.number === overflowQueue)) {
      throw bad(`There is no queue ${overflowQueue}.`);
    }
    if (overflowFlow !== null && !hasFlow(overflowFlow)) throw bad(`There is no flow "${overflowFlow}".`);
    if (overflowExtension !== null && !exchangeOf(tenantId).takesMessages(overflowExtension)) {
      throw bad(`Extension ${overflowExtension} takes no messages. Switch its voicemail on first.`);
    }
  }

  return {
    list: (tenantId) => readQueues(db, tenantId),
    find,
    async create(tenantId, wished) {
      const queue = newQueue.parse(wished);
      const taken = exchangeOf(tenantId).destination(queue.number);
      if (taken.kind !== 'unknown' && taken.kind !== 'group' && taken.kind !== 'queue') {
        throw new AppError('conflict', `${queue.number} is an extension or a menu already. Choose another number.`);
      }
      await assertSound(tenantId, queue);
      if (!(await addQueue(db, tenantId, queue))) {
        throw new AppError('conflict', `There is a queue ${queue.number} already. Choose another number.`);
      }
      await changed(tenantId);
      return find(tenantId, queue.number);
    },
    async change(tenantId, number, change) {
      const before = await find(tenantId, number);
      await assertSound(tenantId, { ...before, ...definedOf(change) });
      if (!(await changeQueue(db, tenantId, number, change))) throw unknown(number);
      await changed(tenantId);
      return find(tenantId, number);
    },
    async setMusic(tenantId, number, wav) {
      await find(tenantId, number);
      await music.put(musicName(tenantId, number), wav);
      await markMusic(db, tenantId, number, true);
      await changed(tenantId);
      return find(tenantId, number);
    },
    async removeMusic(tenantId, number) {
      await find(tenantId, number);
      await markMusic(db, tenantId, number, false);
      await changed(tenantId);
      await music.remove(musicName(tenantId, number));
      return find(tenantId, number);
    },
    async remove(tenantId, number) {
      const { ownMusic } = await find(tenantId, number);
      const leads = await leadsTo(db, tenantId, number);
      if (leads.length > 0) {
        const who = leads.join(', ');
        throw new AppError('conflict', `Calls come to queue ${number} from ${who}. Let them go elsewhere first.`, {
          leads,
        });
      }
      if (!(await removeQueue(db, tenantId, number))) throw unknown(number);
      await changed(tenantId);
      if (ownMusic) await music.remove(musicName(tenantId, number));
    },
    async members(tenantId, number) {
      await find(tenantId, number);
      const members = await readMembers(db, tenantId);
      return members.filter(({ queue }) => queue === number).map(({ code: agent, position }) => ({ agent, position }));
    },
    async setMembers(tenantId, number, members) {
      await find(tenantId, number);
      const strangers = await writeMembers(db, tenantId, number, members);
      if (strangers.length > 0) throw bad(`There is no agent ${strangers.join(', ')}.`);
      await changed(tenantId);
      return this.members(tenantId, number);
    },
  };
}

function definedOf(change: QueueChange): Partial<QueueSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function bad(message: string): AppError {
  return new AppError('bad_request', message);
}

function unknown(number: string): AppError {
  return new AppError('not_found', `There is no queue ${number}.`);
}
