import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import type { NewTrunk, Trunk, TrunkChange, TrunkSummary } from './schemas.ts';
import { addTrunk, changeTrunk, readTrunks, removeTrunk, trunkRefusal } from './trunk-store.ts';

/** An exchange's trunks as an administrator keeps them. Every change is in effect when its promise resolves. */
export interface Trunks {
  /** In the order in which they are tried. */
  list(tenantId: number): Promise<TrunkSummary[]>;
  /** @throws AppError `conflict` when there is one of this name; `bad_request` when it registers and has no password */
  create(tenantId: number, trunk: NewTrunk): Promise<TrunkSummary>;
  /** @throws AppError `not_found`, and as `create` */
  change(tenantId: number, id: number, change: TrunkChange): Promise<TrunkSummary>;
  /** @throws AppError `not_found` */
  remove(tenantId: number, id: number): Promise<void>;
}

interface Parts {
  readonly db: Database;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** Trunks over PostgreSQL. */
export function createTrunks({ db, changed }: Parts): Trunks {
  async function find(tenantId: number, id: number): Promise<TrunkSummary> {
    const found = (await readTrunks(db, tenantId)).find((trunk) => trunk.id === id);
    return found === undefined ? unknown(id) : summaryOf(found);
  }
  return {
    list: async (tenantId) => (await readTrunks(db, tenantId)).map(summaryOf),
    async create(tenantId, trunk) {
      const id = await explained(() => addTrunk(db, tenantId, trunk));
      await changed(tenantId);
      return find(tenantId, id);
    },
    async change(tenantId, id, change) {
      if (!(await explained(() => changeTrunk(db, tenantId, id, change)))) unknown(id);
      await changed(tenantId);
      return find(tenantId, id);
    },
    async remove(tenantId, id) {
      if (!(await removeTrunk(db, tenantId, id))) unknown(id);
      await changed(tenantId);
    },
  };
}

function summaryOf({ password: _secret, ...shown }: Trunk): TrunkSummary {
  return shown;
}

function unknown(id: number): never {
  throw new AppError('not_found', `There is no trunk ${id}.`);
}

async function explained<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const refusal = trunkRefusal(error);
    if (refusal === 'name') throw new AppError('conflict', 'There is a trunk of this name already.', {}, error);
    if (refusal === 'credentials') {
      throw new AppError('bad_request', 'A trunk that registers needs a user name and a password.', {}, error);
    }
    throw error;
  }
}
