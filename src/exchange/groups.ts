import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { isEmergency } from './dialling.ts';
import { isOtherNumber, readExtensions } from './extension-store.ts';
import { addGroup, readGroups, removeGroup, writeGroup } from './group-store.ts';
import { readInboundNumbers } from './route-store.ts';
import type { GroupChange, GroupSummary, NewGroup } from './schemas.ts';
import { voicemailCode } from './voicemail-code.ts';

/** Numbers that ring several extensions together. Every change is in effect when its promise resolves. */
export interface Groups {
  list(tenantId: number): Promise<GroupSummary[]>;
  /** @throws AppError `not_found` */
  find(tenantId: number, number: string): Promise<GroupSummary>;
  /**
   * @throws AppError `conflict` when the number is an extension's, a group's, an inbound or an emergency number; `bad_request`
   * for a member that is no extension, and for a fallback that is not there
   */
  create(tenantId: number, group: NewGroup): Promise<GroupSummary>;
  /** @throws AppError `not_found`; `bad_request` as with `create` */
  change(tenantId: number, number: string, change: GroupChange): Promise<GroupSummary>;
  /** @throws AppError `not_found`; `conflict` while inbound numbers lead to it */
  remove(tenantId: number, number: string): Promise<void>;
}

interface Parts {
  readonly db: Database;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** Groups over PostgreSQL. */
export function createGroups({ db, changed }: Parts): Groups {
  async function find(on: Database, tenantId: number, number: string): Promise<GroupSummary> {
    const found = (await readGroups(on, tenantId)).find((group) => group.number === number);
    if (found === undefined) throw new AppError('not_found', `There is no group ${number}.`);
    return found;
  }

  async function assertSound(
    on: Database,
    tenantId: number,
    number: string,
    { members = [], fallback = null }: GroupChange,
  ): Promise<void> {
    const known = new Set((await readExtensions(on, tenantId)).map((extension) => extension.number));
    const unknown = members.filter((member) => !known.has(member));
    if (unknown.length > 0) {
      throw new AppError('bad_request', `No extension: ${unknown.join(', ')}. Only extensions can be in a group.`);
    }
    if (fallback === null) return;
    if (fallback === number) throw new AppError('bad_request', 'A group cannot be its own fallback.');
    const isThere = known.has(voicemailCode(fallback)?.extension ?? fallback);
    if (isThere || (await isOtherNumber(on, tenantId, fallback))) return;
    throw new AppError('bad_request', `There is no extension, no group, no queue and no menu ${fallback}.`);
  }

  async function assertFree(on: Database, tenantId: number, number: string): Promise<void> {
    if (isEmergency(number)) throw new AppError('conflict', `${number} is the number of a public service.`);
    const extensions = await readExtensions(on, tenantId);
    const inbound = await readInboundNumbers(on, tenantId);
    if ([...extensions, ...inbound].some((one) => one.number === number)) {
      throw new AppError('conflict', `${number} is an extension or a menu already. Choose another number.`);
    }
  }

  return {
    list: (tenantId) => readGroups(db, tenantId),
    find: (tenantId, number) => find(db, tenantId, number),
    async create(tenantId, { number, name, ...settings }) {
      await db.transaction().execute(async (trx) => {
        await assertFree(trx, tenantId, number);
        await assertSound(trx, tenantId, number, settings);
        if (!(await addGroup(trx, tenantId, number, name))) {
          throw new AppError('conflict', `There is a group ${number} already. Choose another number.`);
        }
        await writeGroup(trx, tenantId, number, settings);
      });
      await changed(tenantId);
      return find(db, tenantId, number);
    },
    async change(tenantId, number, change) {
      await db.transaction().execute(async (trx) => {
        await find(trx, tenantId, number);
        await assertSound(trx, tenantId, number, change);
        await writeGroup(trx, tenantId, number, change);
      });
      await changed(tenantId);
      return find(db, tenantId, number);
    },
    async remove(tenantId, number) {
      const { numbers } = await find(db, tenantId, number);
      if (numbers.length > 0) {
        throw new AppError('conflict', `${numbers.join(', ')} leads to it. Let that lead elsewhere first.`);
      }
      await removeGroup(db, tenantId, number);
      await changed(tenantId);
    },
  };
}
