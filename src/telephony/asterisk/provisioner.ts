import type { Provisioned } from '../../exchange/schemas.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { isTrunkEndpoint, trunkEndpoint } from './names.ts';
import {
  type Attributes,
  type Change,
  changes,
  fallbackList,
  type Objects,
  type ObjectType,
  objectsFor,
} from './provisioning.ts';
import { dialplan, fallbackAor } from './runtime/dialplan.ts';
import { trunkObjects } from './trunk-objects.ts';

/** Keeps in Asterisk what the exchanges want there. */
export interface Provisioner {
  /**
   * Makes Asterisk hold exactly these exchanges' extensions and trunks, effective at once and kept over its restarts.
   * @returns how many objects had to be changed; 0 when nothing had drifted
   * @throws AppError `telephony_unavailable`
   */
  reconcile(wanted: readonly Provisioned[]): Promise<number>;
  /**
   * Makes Asterisk hold these of one exchange besides those of the others, but compared with what was pushed last instead
   * of with what Asterisk says it has, which takes a second for a thousand extensions. Failures are logged, and mended
   * when Asterisk is back. Before the first `reconcile` it does nothing, lest the others' go.
   */
  push(wanted: Provisioned): Promise<void>;
  /** As `reconcile` with those of the last time, as after Asterisk was restarted; failures are logged. */
  heal(): Promise<void>;
}

interface Parts {
  readonly address: AriAddress;
  readonly logger: Logger;
}

const phoneTypes: readonly ObjectType[] = ['auth', 'aor', 'endpoint'];
const trunkTypes: readonly ObjectType[] = [...phoneTypes, 'registration', 'identify'];

/** How often Asterisk is asked whether it has forgotten an endpoint: once is usual. */
const mostAsked = 1_000;

const contexts: ReadonlySet<string> = new Set([dialplan.fromExtension, dialplan.fromTrunk]);

/** A provisioner that pushes over ARI's dynamic configuration. Runs one reconciliation after the other. */
export function createProvisioner({ address, logger }: Parts): Provisioner {
  const ari = new AriHttp(address);
  /** What is wanted of each exchange, by its tenant. */
  let wanted: ReadonlyMap<number, ReadonlyMap<string, Objects>> | undefined;
  /** What Asterisk holds as far as we know; undefined when we do not. */
  let known: ReadonlyMap<string, Objects> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const path = (type: ObjectType, id: string) => ({ configClass: 'res_pjsip', objectType: type, id });

  async function read(type: ObjectType, id: string): Promise<Attributes | undefined> {
    try {
      const tuples = await ari.ask('GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
        path: path(type, id),
      });
      return Object.fromEntries(tuples.map(({ attribute, value }) => [attribute, value]));
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** Asterisk answers 404 while there is not a single endpoint. */
  async function endpoints() {
    try {
      return await ari.ask('GET /endpoints/{tech}', { path: { tech: 'PJSIP' } });
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return [];
      throw error;
    }
  }

  /** Whether Asterisk knows what has become of an endpoint: without that no phone of it is ever shown as there. */
  async function isWatched(resource: string): Promise<boolean> {
    try {
      await ari.ask('GET /endpoints/{tech}/{resource}', { path: { tech: 'PJSIP', resource } });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return false;
      throw error;
    }
  }

  async function readAll(id: string): Promise<Objects> {
    const types = isTrunkEndpoint(id) ? trunkTypes : phoneTypes;
    const objects = await Promise.all(types.map(async (type) => [type, await read(type, id)] as const));
    return Object.fromEntries(objects.filter(([, attributes]) => attributes !== undefined));
  }

  async function apply(change: Change): Promise<void> {
    const where = { path: path(change.type, change.id) };
    if (change.kind === 'put') {
      const fields = Object.entries(change.attributes).map(([attribute, value]) => ({ attribute, value }));
      await ari.ask('PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}', { ...where, body: { fields } });
    } else {
      await ari.ask('DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}', where);
      if (change.type === 'endpoint') await forgotten(change.id);
    }
  }

  /**
   * Asterisk takes away by and by, and by its name, what it keeps of an endpoint that was deleted: one made anew meanwhile would
   * lose it, its phones could call and be called, but would be shown as absent for ever.
   */
  async function forgotten(id: string): Promise<void> {
    for (let asked = 0; asked < mostAsked; asked++) if (!(await isWatched(id))) return;
    logger.warn(
      { endpoint: id },
      'Asterisk did not forget an endpoint in time; it is compared again at the next start',
    );
  }

  /** Everything in Asterisk that is ours or is to be. One that is not watched is shown without its context: it has to be made anew. */
  async function readActual(desired: ReadonlyMap<string, Objects>): Promise<Map<string, Objects>> {
    const present = new Set((await endpoints()).map(({ resource }) => resource));
    const actual = new Map<string, Objects>();
    for (const id of new Set([...desired.keys(), ...present])) {
      const read = await readAll(id);
      const isLost = read.endpoint !== undefined && !present.has(id) && !(await isWatched(id));
      const objects = isLost ? { ...read, endpoint: { ...read.endpoint, context: '' } } : read;
      // Endpoints of another context are somebody else's, in an Asterisk that is not our own.
      if (desired.has(id) || contexts.has(objects.endpoint?.['context'] ?? '')) actual.set(id, objects);
    }
    return actual;
  }

  async function run(trusted: typeof known): Promise<number> {
    const desired = new Map([...(wanted?.values() ?? [])].flatMap((objects) => [...objects]));
    const needed = changes(desired, trusted ?? (await readActual(desired)));
    known = undefined;
    for (const change of needed) await apply(change);
    known = desired;
    if (needed.length > 0) {
      logger.info(
        { changed: needed.map(({ kind, type, id }) => `${kind} ${type} ${id}`) },
        'extensions and trunks pushed to Asterisk',
      );
    }
    return needed.length;
  }

  /** One after the other; what is wanted and what is known are looked at when it is this one's turn. */
  function inTurn(trust: boolean): Promise<number> {
    const next = last.then(() => run(trust ? known : undefined));
    last = next.catch(() => undefined);
    return next;
  }

  return {
    reconcile(exchanges) {
      wanted = new Map(exchanges.map((exchange) => [exchange.tenantId, objectsOfExchange(exchange)]));
      return inTurn(false);
    },
    async push(exchange) {
      if (wanted === undefined) return;
      wanted = new Map(wanted).set(exchange.tenantId, objectsOfExchange(exchange));
      try {
        await inTurn(true);
      } catch (error) {
        logger.warn({ err: error }, 'extensions and trunks could not be pushed to Asterisk; they are when it is back');
      }
    },
    async heal() {
      if (wanted === undefined) return;
      try {
        await inTurn(false);
      } catch (error) {
        logger.warn(
          { err: error },
          'extensions and trunks could not be compared with Asterisk; they are again when it is back',
        );
      }
    },
  };
}

/** Everything of an exchange, by name. */
function objectsOfExchange({ extensions, trunks, ...place }: Provisioned): ReadonlyMap<string, Objects> {
  return new Map<string, Objects>([
    ...extensions.flatMap((extension) => objectsFor(extension, place)),
    ...trunks.map((trunk) => [trunkEndpoint(trunk.id), trunkObjects(trunk, place.tenantId)] as const),
    [fallbackAor(place.tenantId), { aor: fallbackList(extensions, place.domain) }],
  ]);
}
