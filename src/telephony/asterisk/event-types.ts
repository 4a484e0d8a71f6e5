import type { AriConnection } from './ari-connection.ts';
import type { AriEvent } from './ari-types.generated.ts';

/** Events of Asterisk that we use; it is told not to send others. Their types are generated from its own description. */
export const eventTypes = [
  'StasisStart',
  'StasisEnd',
  'ChannelHangupRequest',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelUnhold',
  'ChannelTransfer',
  'PlaybackFinished',
  'RecordingFinished',
  'RecordingFailed',
  'Dial',
  'ApplicationReplaced',
] as const;

/** Answers to requests pass the same filter as events. */
const allowed = [...eventTypes, 'RESTResponse'].map((type) => ({ type }));

/** Has Asterisk send these events and no others. */
export function hearOurEvents(connection: AriConnection, applicationName: string): Promise<void> {
  return connection.tell('PUT /applications/{applicationName}/eventFilter', {
    path: { applicationName },
    body: { allowed },
  });
}

/** When something happened: what tells of it may have waited for us. */
export function timeOf({ timestamp }: AriEvent): Date {
  return new Date(timestamp);
}
