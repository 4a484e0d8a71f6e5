import type { Clock } from '../../kernel/clock.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Charge, DialRequest, DialResult, LegChange, RingRequest, RingResult } from '../port.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import { AsteriskTalk } from './asterisk-talk.ts';
import { type CallControl, isGone } from './call-control.ts';
import { callerId, isExtensionNumber } from './caller-id.ts';
import { joinableWith } from './codecs.ts';
import { EarlySound } from './early-sound.ts';
import { hangUp } from './hang-up.ts';
import { answeredElsewhere, normalClearing } from './hang-up-cause.ts';
import { legChannelId, talkBridgeId, trunkEndpoint, uniqueBytes, waiterOfBridge } from './names.ts';
import type { OpenRings } from './open-rings.ts';
import { type LegEvent, Ringing, type RingOutcome } from './ringing.ts';

/** What a ring needs of the house around it. */
export interface RingSurroundings {
  readonly application: string;
  readonly control: CallControl;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Those that may be picked up. */
  readonly rings: OpenRings;
  /** The names in Asterisk of an extension's endpoints. */
  readonly endpointsOf: (tenantId: number, extension: string) => readonly string[];
  /** Makes events of a leg reach a listener; the answer ends that. */
  readonly followLeg: (legId: string, listener: (event: LegEvent) => void) => () => void;
  /** Told of each leg as it is placed, and when it could not be. */
  readonly onLeg: (change: LegChange) => void;
}

/** Q.850. */
const invalidNumber = 28;
const timerExpired = 102;

/** What phones are asked by to answer by themselves: some heed the one, some the other (RFC 3261, section 20.9 and 20.4). */
const autoAnswerHeaders = {
  'PJSIP_HEADER(add,Call-Info)': '<sip:uirapuru>;answer-after=0',
  'PJSIP_HEADER(add,Alert-Info)': '<http://uirapuru>;info=alert-autoanswer;delay=0',
};

/** Asterisk does not transfer by itself what a phone wants transferred (REFER), but asks us. */
export const transfersAreOurs = { 'PJSIP_TRANSFER_HANDLING()': 'ari-only' };

interface Device {
  readonly legId: string;
  readonly extension: string;
  /** `PJSIP/100/sip:…`. */
  readonly endpoint: string;
  readonly charge?: Charge | undefined;
}

/** How legs are placed. */
interface Placing extends Pick<RingRequest, 'timeoutMs' | 'onPhone' | 'autoAnswer'> {
  /** Who is shown to call, as `callerId` makes it. */
  readonly shown: string;
  /** When to give up if no device was heard of. */
  readonly lifeSignMs?: number | undefined;
}

/** Rings every device registered on the extensions and joins the first that answers with the caller. */
export async function ring(
  caller: AsteriskChannel,
  request: RingRequest,
  around: RingSurroundings,
): Promise<RingResult> {
  if (caller.gone.aborted) return { kind: 'caller_gone' };
  try {
    const devices = await registeredDevices(caller, request.extensions, around);
    if (devices.length === 0) return { kind: 'unreachable' };
    const shown = callerId(caller.callerName, caller.callerNumber);
    // The phones first: Asterisk does one thing after the other, and a caller who comes from a queue hears music already.
    const rung = untilAnswered(caller, devices, { ...request, shown }, around);
    const heard = request.music ? caller.startMusic(request.musicName) : caller.startRinging();
    heard.catch((error: unknown) => {
      if (!isGone(error))
        around.logger.warn({ err: error, channel: caller.id }, 'a caller waits for phones in silence');
    });
    const { outcome } = await rung;
    const silent = (request.music ? caller.stopMusic() : caller.stopRinging()).catch(ignoreGone);
    if (outcome.kind !== 'answered') {
      await silent;
      return { kind: outcome.kind };
    }
    const [talk] = await Promise.all([join(caller, outcome, around), silent]);
    return { kind: 'answered', extension: outcome.extension, talk };
  } catch (error) {
    if (caller.gone.aborted || isGone(error)) return { kind: 'caller_gone' };
    throw error;
  }
}

/** Calls a number over a trunk and joins whoever answers with the caller. */
export async function dial(
  caller: AsteriskChannel,
  { trunkId, number, shown, charge, timeoutMs, lifeSignMs }: DialRequest,
  around: RingSurroundings,
): Promise<DialResult> {
  if (caller.gone.aborted) return { kind: 'caller_gone' };
  if (!/^\+?\d{2,20}$/.test(number)) return { kind: 'ended', cause: invalidNumber, rang: false };
  const legId = legChannelId(caller.id, around.ids.secret(uniqueBytes));
  const device = { legId, extension: number, endpoint: `PJSIP/${number}@${trunkEndpoint(trunkId)}`, charge };
  const placing = { timeoutMs, lifeSignMs, shown: callerId(shown.name, shown.number) };
  try {
    await caller.startRinging();
    const early = new EarlySound(caller, legId, around);
    const { outcome, cause, rang } = await untilAnswered(caller, [device], placing, around);
    await early.end();
    await caller.stopRinging().catch(ignoreGone);
    if (outcome.kind === 'answered') return { kind: 'answered', talk: await join(caller, outcome, around) };
    if (outcome.kind === 'caller_gone') return { kind: 'caller_gone' };
    if (cause !== undefined) return { kind: 'ended', cause, rang };
    return rang || lifeSignMs === undefined ? { kind: 'no_answer' } : { kind: 'ended', cause: timerExpired, rang };
  } catch (error) {
    if (caller.gone.aborted || isGone(error)) return { kind: 'caller_gone' };
    throw error;
  }
}

async function registeredDevices(
  caller: AsteriskChannel,
  extensions: readonly string[],
  { control, ids, endpointsOf }: RingSurroundings,
): Promise<Device[]> {
  const { tenantId } = caller;
  const wanted = [...new Set(extensions)].filter((extension) => isExtensionNumber(extension));
  if (wanted.length === 0 || tenantId === undefined) return [];
  const places = wanted.flatMap((extension) => endpointsOf(tenantId, extension).map((name) => ({ extension, name })));
  const { variables } = await control.ask(
    'GET /channels/{channelId}/variables',
    { path: { channelId: caller.id }, query: { variables: places.map(({ name }) => `PJSIP_DIAL_CONTACTS(${name})`) } },
    caller.gone,
  );
  return places.flatMap(({ extension, name }) =>
    contacts(name, variables[`PJSIP_DIAL_CONTACTS(${name})`]).map((endpoint) => ({
      legId: legChannelId(caller.id, ids.secret(uniqueBytes)),
      extension,
      endpoint,
    })),
  );
}

/**
 * Asterisk joins an endpoint's contacts with `&`, which a phone may put into its own contact: only what begins with
 * this very endpoint begins a contact.
 */
export function contacts(name: string, dialString: unknown): string[] {
  if (typeof dialString !== 'string' || dialString === '') return [];
  const start = `PJSIP/${name}/`;
  return dialString.split(`&${start}`).map((part, index) => (index === 0 ? part : start + part));
}

async function untilAnswered(
  caller: AsteriskChannel,
  devices: readonly Device[],
  placing: Placing,
  around: RingSurroundings,
): Promise<{ readonly outcome: RingOutcome; readonly cause: number | undefined; readonly rang: boolean }> {
  const { clock, logger } = around;
  const ringing = new Ringing(devices.map((device) => [device.legId, device.extension]));
  const { promise: decided, resolve: decide } = Promise.withResolvers<RingOutcome>();
  const happened = (event: LegEvent): void => {
    for (const phone of ringing.on(event)) placing.onPhone?.(phone);
    if (ringing.outcome !== undefined) decide(ringing.outcome);
  };
  const unfollow = devices.map((device) => around.followLeg(device.legId, happened));
  unfollow.push(around.rings.add({ caller, ringing, happened }));
  const callerGone = (): void => happened({ kind: 'caller_gone' });
  caller.gone.addEventListener('abort', callerGone, { once: true });
  const over = new AbortController();
  clock.sleep(placing.timeoutMs, over.signal).then(
    () => happened({ kind: 'timeout' }),
    () => undefined,
  );
  clock.sleep(placing.lifeSignMs ?? placing.timeoutMs, over.signal).then(
    () => ringing.hasRung || happened({ kind: 'timeout' }),
    () => undefined,
  );
  for (const device of devices) {
    call(caller, device, placing, around).catch((error: unknown) => {
      logger.warn({ err: error, extension: device.extension }, 'a phone could not be called');
      const legId = device.legId;
      around.onLeg({ kind: 'ended', callerId: caller.id, legId, at: clock.now(), cause: 0 });
      happened({ kind: 'ended', legId, cause: 0 });
    });
  }
  try {
    return { outcome: await decided, cause: ringing.lastCause, rang: ringing.hasRung };
  } finally {
    // Without a reason it would make an error with a stack.
    over.abort('decided');
    caller.gone.removeEventListener('abort', callerGone);
    for (const end of unfollow) end();
    const cause = ringing.outcome?.kind === 'answered' ? answeredElsewhere : normalClearing;
    for (const legId of ringing.open) void hangUp(legId, around, cause);
  }
}

async function call(
  caller: AsteriskChannel,
  device: Device,
  placing: Placing,
  { application, control, clock, onLeg }: RingSurroundings,
): Promise<void> {
  const { legId, extension: number, charge } = device;
  onLeg({ kind: 'placed', callerId: caller.id, legId, number, at: clock.now(), ...(charge && { charge }) });
  await control.tell('POST /channels/{channelId}', {
    path: { channelId: device.legId },
    query: {
      endpoint: device.endpoint,
      app: application,
      appArgs: 'leg',
      callerId: placing.shown,
      formats: joinableWith(caller.codec),
      // Asterisk's own watch, should our process die meanwhile.
      timeout: Math.ceil(placing.timeoutMs / 1000) + 2,
    },
    body: { variables: { ...transfersAreOurs, ...(placing.autoAnswer === true && autoAnswerHeaders) } },
  });
}

/** Puts a caller and a leg that has answered into one bridge. */
export async function join(
  caller: AsteriskChannel,
  winner: { readonly legId: string; readonly extension: string },
  around: RingSurroundings,
): Promise<AsteriskTalk> {
  const { control, logger } = around;
  const bridgeId = talkBridgeId(caller.id);
  const talk = new AsteriskTalk(winner.extension, winner.legId);
  followTalk(caller, talk, around);
  try {
    // Of phones that never encrypt Asterisk would pass the packets on by itself, keys and all, and tell us of none.
    const type = 'mixing,dtmf_events';
    // Asked in one go: Asterisk does one after the other.
    await Promise.all([
      caller.answer(),
      control.tell('POST /bridges/{bridgeId}', { path: { bridgeId }, query: { type }, body: {} }),
      control.tell('POST /bridges/{bridgeId}/addChannel', {
        path: { bridgeId },
        query: { channel: [caller.id, winner.legId], inhibitConnectedLineUpdates: true },
      }),
    ]);
    await endWaiting(caller, control, logger);
  } catch (error) {
    // Whoever hung up in this instant ends the talk by the leg's or the caller's own event.
    if (!isGone(error)) {
      await hangUp(winner.legId, around);
      throw error;
    }
    if (caller.gone.aborted) throw error;
    talk.end('agent');
  }
  return talk;
}

/** Whoever waited talks now: what was noted of it is not to be done any more. */
async function endWaiting(caller: AsteriskChannel, control: CallControl, logger: Logger): Promise<void> {
  const bridgeId = caller.room;
  if (bridgeId === undefined || waiterOfBridge(bridgeId) === undefined) return;
  caller.room = undefined;
  try {
    await control.tell('DELETE /bridges/{bridgeId}', { path: { bridgeId } });
  } catch (error) {
    if (!isGone(error)) logger.warn({ err: error }, 'a bridge could not be removed');
  }
}

/** Takes a talk down when either side leaves it. */
export function followTalk(caller: AsteriskChannel, talk: AsteriskTalk, around: RingSurroundings): void {
  caller.setTalk(talk);
  // Who hung up before this would not end it.
  if (caller.gone.aborted) talk.end('caller');
  const unfollow = around.followLeg(talk.legId, (event) => {
    if (event.kind === 'ended') void giveBack(caller, talk, around);
  });
  void takeDown(caller, talk, unfollow, around);
}

/**
 * The caller is taken out before anyone is told that the talk is over: what is played to a channel that is just about to
 * leave a bridge is never heard and never ends (seen with Asterisk 22.10).
 */
async function giveBack(
  caller: AsteriskChannel,
  talk: AsteriskTalk,
  { control, logger }: RingSurroundings,
): Promise<void> {
  try {
    await control.tell(
      'POST /bridges/{bridgeId}/removeChannel',
      { path: { bridgeId: talkBridgeId(caller.id) }, query: { channel: [caller.id] } },
      caller.gone,
    );
  } catch (error) {
    if (!isGone(error)) logger.warn({ err: error }, 'a caller could not be taken out of a bridge');
  }
  talk.end('agent');
}

async function takeDown(
  caller: AsteriskChannel,
  talk: AsteriskTalk,
  unfollow: () => void,
  around: RingSurroundings,
): Promise<void> {
  const by = await talk.ended;
  unfollow();
  if (talk.isParted) return;
  const { control, logger } = around;
  caller.setTalk(undefined);
  const hungUp = by === 'caller' && caller.keepsOther === undefined ? hangUp(talk.legId, around) : undefined;
  try {
    await control.tell('DELETE /bridges/{bridgeId}', { path: { bridgeId: talkBridgeId(caller.id) } });
  } catch (error) {
    if (!isGone(error)) logger.warn({ err: error }, 'a bridge could not be removed');
  }
  await hungUp;
  if (by === 'caller') caller.keepsOther?.(talk);
}

function ignoreGone(error: unknown): void {
  if (!isGone(error)) throw error;
}
