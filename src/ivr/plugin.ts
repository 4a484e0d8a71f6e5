import { join } from 'node:path';
import type { CallLog, OpenCall } from '../calls/service.ts';
import { AppError } from '../kernel/errors.ts';
import type { Channel } from '../telephony/port.ts';
import { defaultWaits, within } from './conversation.ts';
import { endOf, type FlowEnd, leave, runMenus } from './engine.ts';
import { defaultErpWaits } from './erp-wait.ts';
import type { Flow } from './flow.ts';
import { Keypad } from './keypad.ts';
import { flowsFolder, loadFlows } from './library.ts';
import type { MenuCall } from './node-context.ts';
import { calledQueue, queue as queueNode } from './nodes/queue.ts';
import type { IvrParts, MenuTenant } from './ports.ts';
import { Session } from './session.ts';
import type { Catalogue } from './speech/catalogue.ts';

/** A call that is to enter a flow. */
interface NewMenuCall {
  readonly tenantId: number;
  readonly flow: string;
  readonly callId: string;
  /** The queue that the call is for, at which the flow begins. */
  readonly queue?: string;
  /** What the flow's nodes find said beforehand. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Ivr {
  /** Whether there is a flow of that name. */
  hasFlow(name: string): boolean;
  /** Names of the flows there are. */
  readonly flowNames: readonly string[];
  /** Answers a new call, for a queue if that is given, and runs it through a flow until it ends; hanging up then is the caller's. Never rejects. */
  handle(channel: Channel, call: NewMenuCall): Promise<FlowEnd>;
  /** Goes on with a call at the node it stood at, after a restart or a lost connection. Never rejects. */
  resume(channel: Channel, call: OpenCall): Promise<FlowEnd>;
}

/** What the menus need; waits and patience have defaults. */
export interface IvrOptions
  extends Omit<IvrParts, 'promptSlots' | 'patience' | 'waits' | 'erpWaits' | 'fetch'>,
    Partial<Pick<IvrParts, 'patience' | 'waits' | 'erpWaits' | 'fetch'>> {
  readonly callLog: Pick<CallLog, 'step' | 'note'>;
  readonly catalogue: Catalogue;
  /** Folders with flows; later ones replace flows of earlier ones. The repository's when left out. */
  readonly flowFolders?: readonly string[];
  /** @throws when there is no such tenant */
  tenant(id: number): MenuTenant;
}

/** A call that is to run through the menus. */
interface Task {
  readonly channel: Channel;
  readonly tenantId: number;
  readonly id: string;
  readonly session: Session;
  /** What is done before its node is entered. */
  readonly prepare: (call: MenuCall) => Promise<void>;
}

/** A call on its way through the menus. */
interface Run {
  readonly stop: AbortController;
  /** The end of the run that goes on instead of this one. */
  takenOverBy: Promise<FlowEnd> | undefined;
}

/** The folders that flows are read from: the repository's, and the operator's in the home folder. */
export function flowFoldersOf(home: string): readonly string[] {
  return [flowsFolder, join(home, 'flows')];
}

/**
 * Reads and checks the flows, and stands ready for calls.
 * @throws AppError `invalid_flow` naming every problem with its file and line
 */
export function createIvr(options: IvrOptions): Ivr {
  const flows = loadFlows(options.flowFolders ?? [flowsFolder], options.catalogue);
  const { clock, logger } = options;
  const parts: IvrParts = {
    fetch: globalThis.fetch,
    patience: (ms, _, signal) => clock.sleep(ms, signal),
    waits: defaultWaits,
    erpWaits: defaultErpWaits,
    ...options,
    promptSlots: (id) => options.catalogue.get(id)?.slots ?? [],
  };
  /** Runs by the id of their channel, so that a call found again is not run twice. */
  const running = new Map<string, Run>();

  function run(task: Task): Promise<FlowEnd> {
    const { channel } = task;
    const mine: Run = { stop: new AbortController(), takenOverBy: undefined };
    const before = running.get(channel.id);
    running.set(channel.id, mine);
    const end = conduct(task, mine);
    if (before !== undefined) {
      before.takenOverBy = end;
      before.stop.abort(new Error('another run took the call over'));
    }
    return end;
  }

  async function conduct({ channel, tenantId, id, session, prepare }: Task, mine: Run): Promise<FlowEnd> {
    try {
      const tenant = options.tenant(tenantId);
      const call: MenuCall = { id, channel, keypad: new Keypad(channel.digits), session, tenant, parts };
      await prepare(call);
      const end = await runMenus(call, flows, mine.stop.signal);
      return await (mine.takenOverBy ?? end);
    } catch (error) {
      if (channel.gone.aborted) return endOf(channel.gone, session.talked);
      return await giveUp({ id, channel }, error);
    } finally {
      if (running.get(channel.id) === mine) running.delete(channel.id);
    }
  }

  /** Before the engine ran: nobody else will care for the caller. */
  function giveUp(call: Pick<MenuCall, 'id' | 'channel'>, error: unknown): Promise<FlowEnd> {
    logger.error({ err: error, callId: call.id }, 'a call could not enter the menus; it goes to the dialplan');
    return leave(call, logger);
  }

  return {
    hasFlow: (name) => flows.has(name),
    flowNames: [...flows.keys()],
    async handle(channel, { tenantId, flow: name, callId, queue, variables = {} }) {
      const flow = flows.get(name);
      if (flow === undefined) {
        const error = new AppError('invalid_flow', `There is no voice menu "${name}".`, { flow: name });
        return giveUp({ id: callId, channel }, error);
      }
      const session = Session.begin(flow.name, queue === undefined ? flow.start : queueNodeOf(flow));
      if (queue !== undefined) session.set(calledQueue, { text: queue });
      for (const [variable, text] of Object.entries(variables)) session.set(variable, { text });
      return run({ channel, tenantId, id: callId, session, prepare: () => channel.answer() });
    },
    async resume(channel, { id, tenantId, flowState }) {
      const session = Session.restore(flowState);
      if (session === undefined) {
        return giveUp(
          { id, channel },
          new AppError('internal', 'The state of a call in a menu cannot be read any more.'),
        );
      }
      return run({ channel, tenantId, id, session, prepare: recallSubscriber });
    },
  };
}

/** Where a flow lets callers wait; its start when it does not. */
function queueNodeOf(flow: Flow): string {
  return [...flow.nodes.values()].find(({ kind }) => kind === queueNode)?.id ?? flow.start;
}

/** Longer than this a caller whose menu is to go on is not kept in silence. */
const recallMs = 1_500;

/** The log holds no personal data, so whoever calls is asked of the ERP again. Without an answer the flow goes on without. */
async function recallSubscriber({ id, channel, session, tenant, parts }: MenuCall): Promise<void> {
  const { contractId } = session;
  if (contractId === undefined) return;
  const found = await within(channel.gone, (stop) =>
    Promise.race([tenant.erp.findByContract(contractId, stop), parts.clock.sleep(recallMs, stop)]),
  );
  if (found?.kind === 'done') session.subscriber = found.value;
  else parts.logger.warn({ callId: id, outcome: found?.kind }, 'the subscriber of a resumed call is not known again');
}
