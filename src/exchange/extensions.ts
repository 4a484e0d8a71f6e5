import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';
import {
  addExtension,
  changeExtension,
  findExtension,
  isOtherNumber,
  readExtensions,
  removeExtension,
  setExtensionPassword,
  takenInternalId,
  unknownHours,
} from './extension-store.ts';
import type { ExtensionChange, ExtensionPassword, ExtensionSummary, NewExtension } from './schemas.ts';

/** An exchange's extensions as an administrator keeps them. Every change is in effect when its promise resolves. */
export interface Extensions {
  list(tenantId: number): Promise<ExtensionSummary[]>;
  /** @throws AppError `not_found` */
  find(tenantId: number, number: string): Promise<ExtensionSummary>;
  /**
   * Makes an extension, with a password that is given out here and nowhere else.
   * @throws AppError `conflict` when the number is an extension's, a group's, a queue's, a menu's or an emergency service's,
   * or the internal id another extension's; `bad_request` when there are no such hours
   */
  create(tenantId: number, extension: NewExtension): Promise<ExtensionSummary & ExtensionPassword>;
  /** @throws AppError `not_found`; `conflict` when the internal id is another extension's */
  change(tenantId: number, number: string, change: ExtensionChange): Promise<ExtensionSummary>;
  /** Gives it a new password; phones that have the old one are not registered any more. @throws AppError `not_found` */
  renewPassword(tenantId: number, number: string): Promise<ExtensionPassword>;
  /** Removes it, and its phones' registrations. @throws AppError `not_found` */
  remove(tenantId: number, number: string): Promise<void>;
}

interface Parts {
  readonly db: Database;
  readonly ids: IdSource;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** Bytes of a password: 128 bits, which nobody guesses and a phone's menu still takes. */
const passwordBytes = 16;

/** Three digits of public services, police and fire brigade among them: Anatel's plan has them begin with 1. */
const publicService = /^1\d\d$/;

/** Extensions over PostgreSQL. */
export function createExtensions({ db, ids, changed }: Parts): Extensions {
  return {
    list: (tenantId) => readExtensions(db, tenantId),
    async find(tenantId, number) {
      return (await findExtension(db, tenantId, number)) ?? unknown(number);
    },
    async create(tenantId, extension) {
      const { number } = extension;
      if (publicService.test(number)) {
        throw new AppError('conflict', `${number} is the number of a public service, so no extension can have it.`);
      }
      if (await isOtherNumber(db, tenantId, number)) {
        throw new AppError('conflict', `${number} is a group, a queue or a menu already. Choose another number.`);
      }
      const password = ids.secret(passwordBytes);
      if (!(await refuseBad(() => addExtension(db, tenantId, extension, password)))) {
        throw new AppError('conflict', `There is an extension ${number} already. Choose another number.`);
      }
      await changed(tenantId);
      return { ...extension, demo: false, password };
    },
    async change(tenantId, number, change) {
      const found = await refuseBad(() => changeExtension(db, tenantId, number, change));
      if (!found) unknown(number);
      await changed(tenantId);
      return this.find(tenantId, number);
    },
    async renewPassword(tenantId, number) {
      const password = ids.secret(passwordBytes);
      if (!(await setExtensionPassword(db, tenantId, number, password))) unknown(number);
      await changed(tenantId);
      return { number, password };
    },
    async remove(tenantId, number) {
      if (!(await removeExtension(db, tenantId, number))) unknown(number);
      await changed(tenantId);
    },
  };
}

function unknown(number: string): never {
  throw new AppError('not_found', `There is no extension ${number}.`);
}

async function refuseBad<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (takenInternalId(error)) {
      throw new AppError('conflict', 'Another extension has this internal id already.', {}, error);
    }
    if (unknownHours(error)) throw new AppError('bad_request', 'There are no opening hours of this name.', {}, error);
    throw error;
  }
}
