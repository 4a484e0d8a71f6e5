import type { Exchange } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { newQueue, type QueueSettings } from './schemas.ts';
import type { Queues } from './service.ts';
import { addQueue, changeQueue, readMembers, readQueues, removeQueue, writeMembers } from './store.ts';

interface Parts {
  readonly db: Database;
  /** What a tenant's number leads to. */
  readonly destination: (tenantId: number, number: string) => ReturnType<Exchange['destination']>;
  /** Puts a tenant's queues into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** Queues over PostgreSQL. */
export function createQueues({ db, destination, changed }: Parts): Queues {
  async function find(tenantId: number, number: string) {
    const queue = (await readQueues(db, tenantId)).find((one) => one.number === number);
    if (queue === undefined) throw unknown(number);
    return queue;
  }

  async function assertSound(tenantId: number, queue: Pick<QueueSettings, 'number' | 'overflow' | 'overflowQueue'>) {
    const { number, overflow, overflowQueue } = queue;
    if ((overflow === 'queue') !== (overflowQueue !== null)) {
      throw bad('Say by overflowQueue into which queue callers overflow, if overflow is "queue", and only then.');
    }
    if (overflowQueue === null) return;
    if (overflowQueue === number) throw bad('A queue cannot overflow into itself.');
    const isThere = (await readQueues(db, tenantId)).some((one) => one.number === overflowQueue);
    if (!isThere) throw bad(`There is no queue ${overflowQueue}.`);
  }

  return {
    list: (tenantId) => readQueues(db, tenantId),
    find,
    async create(tenantId, wished) {
      const queue = newQueue.parse(wished);
      const taken = destination(tenantId, queue.number);
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
      const { overflow = before.overflow, overflowQueue = before.overflowQueue } = change;
      await assertSound(tenantId, { number, overflow, overflowQueue });
      if (!(await changeQueue(db, tenantId, number, change))) throw unknown(number);
      await changed(tenantId);
      return find(tenantId, number);
    },
    async remove(tenantId, number) {
      if (!(await removeQueue(db, tenantId, number))) throw unknown(number);
      await changed(tenantId);
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

function bad(message: string): AppError {
  return new AppError('bad_request', message);
}

function unknown(number: string): AppError {
  return new AppError('not_found', `There is no queue ${number}.`);
}
