import type { RecordedTalk } from './recording-name.ts';
import type { LiveCallView, LiveLeg } from './service.ts';

/** A talk of a call: whoever is its caller now, which after a transfer is another one than who called, and the leg of the other side. */
export interface Talk {
  readonly call: LiveCallView;
  readonly callerId: string;
  readonly leg: LiveLeg;
}

/** The talk of a call between a caller and a leg. */
export function talkBetween(
  calls: readonly LiveCallView[],
  { callerId, legId }: { readonly callerId: string; readonly legId: string },
): Talk | undefined {
  for (const call of calls) {
    const leg = call.legs.find(({ channelId }) => channelId === legId);
    if (leg !== undefined) return { call, callerId, leg };
  }
  return undefined;
}

/** The talk that a call's caller is in. */
export function talkOfCaller(call: LiveCallView): Talk | undefined {
  const { channelId: callerId, legs } = call;
  const leg = legs.findLast(({ channelId, state }) => channelId !== callerId && (state === 'up' || state === 'held'));
  return leg === undefined ? undefined : { call, callerId, leg };
}

/** Whether it is the call's own talk, rather than one with somebody who is asked while the call's other side waits. */
export function isCallsOwn({ call, callerId }: Talk): boolean {
  return callerId === call.channelId;
}

/** Numbers of the extensions in a talk. What calls from outside may show any number. */
export function extensionsIn(talk: Talk): string[] {
  const { call, leg } = talk;
  return call.direction === 'inbound' && isOfWhoCalled(talk) ? [leg.number] : [leg.number, callerNumberOf(talk)];
}

/** The channel of who is not of the house, or who called where both are: whose call it is wherever it is sent. */
export function guestOf(talk: Talk): string {
  return talk.call.direction === 'outbound' && isOfWhoCalled(talk) ? talk.leg.channelId : talk.callerId;
}

/** What a talk's recording is named after. */
export function namedAfter(talk: Talk): Omit<RecordedTalk, 'startedAt'> {
  const { call, leg } = talk;
  const { direction, uniqueid } = call;
  const isOutward = direction !== 'inbound' && isOfWhoCalled(talk);
  const [extension, number] = isOutward ? [call.callerNumber, call.dialled] : [leg.number, callerNumberOf(talk)];
  return { direction, number, extension, uniqueid };
}

/** Whether its caller is who called, and not somebody whom a transfer made the caller. */
function isOfWhoCalled({ call, callerId }: Talk): boolean {
  return (call.legs.find(({ channelId }) => channelId === callerId)?.role ?? 'caller') === 'caller';
}

function callerNumberOf({ call, callerId }: Talk): string {
  return (
    call.legs.find(({ channelId, role }) => channelId === callerId && role === 'placed')?.number ?? call.callerNumber
  );
}
