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
