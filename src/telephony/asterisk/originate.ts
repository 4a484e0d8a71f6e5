import type { OriginateRequest } from '../port.ts';
import { callerId, isExtensionNumber } from './caller-id.ts';
import { joinableWith } from './codecs.ts';
import { hangUp } from './hang-up.ts';
import { answeredElsewhere, normalClearing } from './hang-up-cause.ts';
import { clickedChannelId, upkeepChannelId } from './names.ts';
import { contacts, type RingSurroundings, transfersAreOurs } from './ring.ts';
import { type LegEvent, Ringing } from './ringing.ts';
import { dialplan } from './runtime/dialplan.ts';

/** A phone that rings because a program asked for a call from it. */
export interface ClickedPhone {
  /** The channel on which the call was opened: that of the first phone. */
  readonly openedOn: string;
  readonly dialled: string;
}

/** What originating needs besides what ringing does. */
export interface OriginateSurroundings extends RingSurroundings {
  /** Remembers what a channel is; the answer forgets it. */
  readonly expect: (channelId: string, phone: ClickedPhone) => () => void;
}

/**
 * Rings every phone registered on an extension for the sake of a number that is to be called from it.
 * @returns whether any could be rung
 */
export async function originate(request: OriginateRequest, around: OriginateSurroundings): Promise<boolean> {
  const endpoints = await registeredPhones(request, around);
  const { ids, clock } = around;
  const phones = endpoints.map((endpoint) => ({ endpoint, channelId: clickedChannelId(ids.secret(6), clock.now()) }));
  const [first] = phones;
  if (first === undefined) return false;
  const openedOn = first.channelId;
  const ringing = new Ringing(phones.map(({ channelId }) => [channelId, request.extension]));
  request.begun(openedOn);
  const forget = phones.map(({ channelId }) => around.expect(channelId, { openedOn, dialled: request.dialled }));
  const unfollow = phones.map(({ channelId }) => around.followLeg(channelId, (event) => happened(event)));

  let isOver = false;
  function happened(event: LegEvent): void {
    if (isOver) return;
    ringing.on(event);
    const { outcome } = ringing;
    if (outcome === undefined) return;
    isOver = true;
    for (const end of [...unfollow, ...forget]) end();
    const cause = outcome.kind === 'answered' ? answeredElsewhere : normalClearing;
    for (const channelId of ringing.open) void hangUp(channelId, around, cause);
    if (outcome.kind !== 'answered') request.unanswered();
  }

  const rung = await Promise.all(
    phones.map(async ({ channelId, endpoint }) => {
      around.onLeg({
        kind: 'placed',
        callerId: openedOn,
        legId: channelId,
        number: request.extension,
        at: clock.now(),
      });
      try {
        await place(channelId, endpoint, request, around);
        return true;
      } catch (error) {
        around.logger.warn({ err: error, extension: request.extension }, 'a phone could not be called');
        around.onLeg({ kind: 'ended', callerId: openedOn, legId: channelId, at: clock.now(), cause: 0 });
        happened({ kind: 'ended', legId: channelId, cause: 0 });
        return false;
      }
    }),
  );
  return rung.includes(true);
}

/** A dialplan function tells where they are, which only a channel can be asked for: one that leads nowhere is made for it. */
async function registeredPhones(
  { tenantId, extension }: OriginateRequest,
  around: OriginateSurroundings,
): Promise<string[]> {
  if (!isExtensionNumber(extension)) return [];
  const { control, ids, application, endpointsOf } = around;
  const channelId = upkeepChannelId(ids.secret(6));
  const nowhere = `Local/s@${dialplan.fallback}`;
  await control.tell('POST /channels/create', { query: { endpoint: nowhere, app: application, channelId }, body: {} });
  try {
    const names = endpointsOf(tenantId, extension);
    const { variables } = await control.ask('GET /channels/{channelId}/variables', {
      path: { channelId },
      query: { variables: names.map((name) => `PJSIP_DIAL_CONTACTS(${name})`) },
    });
    return names.flatMap((name) => contacts(name, variables[`PJSIP_DIAL_CONTACTS(${name})`]));
  } finally {
    await hangUp(channelId, around);
  }
}

async function place(
  channelId: string,
  endpoint: string,
  request: OriginateRequest,
  { control, application }: OriginateSurroundings,
): Promise<void> {
  await control.tell('POST /channels/{channelId}', {
    path: { channelId },
    query: {
      endpoint,
      app: application,
      appArgs: 'clicked',
      // What the phone shows while it rings is whom it is about to call.
      callerId: callerId('', request.dialled),
      formats: joinableWith(undefined),
      timeout: Math.ceil(request.timeoutMs / 1_000),
    },
    body: { variables: transfersAreOurs },
  });
}
