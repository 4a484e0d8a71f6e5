import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { isEmergency } from './dialling.ts';
import { findExtension, isOtherNumber } from './extension-store.ts';
import { hasOpeningHours } from './opening-hours.ts';
import { putInboundNumber, readInboundNumbers, readRules, removeInboundNumber, writeRules } from './route-store.ts';
import type { InboundNumber, OutboundRule } from './schemas.ts';
import { readTrunks } from './trunk-store.ts';
import { voicemailCode } from './voicemail-code.ts';

/** Where calls from outside lead, and over which trunks calls go out. Every change is in effect when its promise resolves. */
export interface CallRoutes {
  inbound(tenantId: number): Promise<InboundNumber[]>;
  /**
   * Lets a number lead to a flow, an extension, a group or a queue; outside opening hours, to another of these.
   * @throws AppError `bad_request` when it leads to none or two of them, or to what is not there
   */
  putInbound(tenantId: number, entry: InboundNumber): Promise<void>;
  /** @throws AppError `not_found` */
  removeInbound(tenantId: number, number: string): Promise<void>;
  /** In their order. */
  rules(tenantId: number): Promise<OutboundRule[]>;
  /** Puts these rules in the place of all there are. @throws AppError `bad_request` for a trunk that is not there */
  setRules(tenantId: number, rules: readonly OutboundRule[]): Promise<void>;
}

interface Parts {
  readonly db: Database;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
  /** Whether there is a flow of this name. */
  readonly hasFlow: (name: string) => boolean;
}

/** Routes over PostgreSQL. */
export function createCallRoutes({ db, changed, hasFlow }: Parts): CallRoutes {
  async function assertIsThere(tenantId: number, number: string, flow: string | null, target: string | null) {
    if (flow !== null && !hasFlow(flow)) throw bad(`There is no flow "${flow}".`);
    if (target === number) throw bad('A number cannot lead to itself.');
    if (target === null) return;
    const code = voicemailCode(target);
    if (code !== undefined) {
      if ((await findExtension(db, tenantId, code.extension ?? '')) !== undefined) return;
      throw bad(`There is no extension ${code.extension}.`);
    }
    const isThere = (await findExtension(db, tenantId, target)) ?? (await isOtherNumber(db, tenantId, target));
    if (isThere === false) throw bad(`There is no extension, no group and no queue ${target}.`);
  }

  async function assertLeadsSomewhere(tenantId: number, entry: InboundNumber): Promise<void> {
    const { number, flow, target, hours, closedFlow, closedTarget } = entry;
    if ((flow === null) === (target === null)) throw bad('Say where the number leads: either a flow or a target.');
    await assertIsThere(tenantId, number, flow, target);
    const saysWhere = (closedFlow === null) !== (closedTarget === null);
    const saysNothing = closedFlow === null && closedTarget === null;
    if (hours === null ? !saysNothing : !saysWhere) {
      throw bad(
        'Say hours and where the number leads outside them, either closedFlow or closedTarget; or none of the three.',
      );
    }
    await assertIsThere(tenantId, number, closedFlow, closedTarget);
    if (hours !== null && !(await hasOpeningHours(db, tenantId, hours))) {
      throw bad(`There are no opening hours "${hours}".`);
    }
  }

  return {
    inbound: (tenantId) => readInboundNumbers(db, tenantId),
    async putInbound(tenantId, entry) {
      await assertLeadsSomewhere(tenantId, entry);
      if (isEmergency(entry.number)) {
        throw bad(`${entry.number} is the number of a public service.`);
      }
      await putInboundNumber(db, tenantId, entry);
      await changed(tenantId);
    },
    async removeInbound(tenantId, number) {
      if (!(await removeInboundNumber(db, tenantId, number))) {
        throw new AppError('not_found', `There is no inbound number ${number}.`);
      }
      await changed(tenantId);
    },
    async rules(tenantId) {
      const names = new Map((await readTrunks(db, tenantId)).map((trunk) => [trunk.id, trunk.name]));
      const rules = await readRules(db, tenantId);
      return rules.map(({ prefix, classes, trunkIds }) => ({
        prefix,
        classes: [...classes],
        trunks: trunkIds.flatMap((id) => names.get(id) ?? []),
      }));
    },
    async setRules(tenantId, rules) {
      const ids = new Map((await readTrunks(db, tenantId)).map((trunk) => [trunk.name, trunk.id]));
      const idOf = (name: string): number => {
        const id = ids.get(name);
        if (id === undefined) throw bad(`There is no trunk "${name}".`);
        return id;
      };
      const named = rules.map(({ prefix, classes, trunks }) => ({ prefix, classes, trunkIds: trunks.map(idOf) }));
      await writeRules(db, tenantId, named);
      await changed(tenantId);
    },
  };
}

function bad(sentence: string): AppError {
  return new AppError('bad_request', sentence);
}
