import { randomInt } from 'node:crypto';

/** How we name what is ours in Asterisk, so that after a restart it can be told what everything is. */

const talkPrefix = 'talk-';
const legPrefix = 'leg-';
const clickedPrefix = 'clicked-';
const snoopPrefix = 'snoop-';
const playbackPrefix = 'play-';
const upkeepPrefix = 'upkeep-';
const webSuffix = '@web';
const trunkPrefix = 'trunk-';

/** Playbacks of one caller take so many names in turn: far more than are ever under way at once. */
export const playbackNames = 8;

/** The bridge in which a caller talks. */
export function talkBridgeId(callerId: string): string {
  return `${talkPrefix}${callerId}`;
}

/** The caller of a talk's bridge; undefined when the bridge is none of ours. */
export function callerOfBridge(bridgeId: string): string | undefined {
  return bridgeId.startsWith(talkPrefix) ? bridgeId.slice(talkPrefix.length) : undefined;
}

/** A leg to a phone. `unique`, of `uniqueLength` characters, keeps legs of one caller apart. */
export function legChannelId(callerId: string, unique: string): string {
  return `${legPrefix}${callerId}-${unique}`;
}

/** Bytes, and characters of them in base64url, that tell legs of one caller apart. */
export const uniqueBytes = 6;
const uniqueLength = 8;

/** The caller for whom a leg was placed. */
export function callerOfLeg(legId: string): string {
  return legId.slice(legPrefix.length, -uniqueLength - 1);
}

/** Whether a channel is a leg that we placed. Ids that Asterisk makes itself begin with its system name. */
export function isLeg(channelId: string): boolean {
  return channelId.startsWith(legPrefix);
}

/** A channel that is no call, made so that functions of the dialplan can be asked. */
export function upkeepChannelId(unique: string): string {
  return `${upkeepPrefix}${unique}`;
}

/** Whether a channel is no call but there for upkeep. */
export function isUpkeep(channelId: string): boolean {
  return channelId.startsWith(upkeepPrefix);
}

/**
 * The endpoint of the browsers of an extension that has desk phones too: they need other settings, and Asterisk knows
 * them by the domain they register in, `sip:100@web`.
 */
export function webEndpoint(extension: string): string {
  return `${extension}${webSuffix}`;
}

/** A trunk's objects. No extension has such a name: those are numbers. */
export function trunkEndpoint(id: number): string {
  return `${trunkPrefix}${id}`;
}

/** Whether objects of this name are a trunk's. */
export function isTrunkEndpoint(name: string): boolean {
  return name.startsWith(trunkPrefix);
}

/** The trunk a channel belongs to, from its name in Asterisk: `PJSIP/trunk-3-0000002a`; undefined for a phone's. */
export function trunkOfChannel(name: string): number | undefined {
  const id = /^PJSIP\/trunk-(\d+)-[0-9a-f]+$/.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** The extension a leg rings, from its name in Asterisk: `PJSIP/100-0000002a`, a browser's `PJSIP/100@web-0000002b`. */
export function extensionOfChannel(name: string): string {
  const endpoint = /^PJSIP\/(.+)-[0-9a-f]+$/.exec(name)?.[1] ?? '';
  return endpoint.endsWith(webSuffix) ? endpoint.slice(0, -webSuffix.length) : endpoint;
}

/** A channel to a phone from which a program wants a call; it ends as Asterisk's own names do, in a number that is the call's. */
export function clickedChannelId(unique: string, at: Date): string {
  const number = randomInt(1_000_000, 10_000_000);
  return `${clickedPrefix}${unique}-${Math.floor(at.getTime() / 1_000)}.${number}`;
}

/** Whether a channel was placed because a program asked for a call. */
export function isClicked(channelId: string): boolean {
  return channelId.startsWith(clickedPrefix);
}

/** A channel that hears one side of a caller's leg, to be recorded. */
export function snoopChannelId(recording: string, side: string): string {
  return `${snoopPrefix}${recording}-${side}`;
}

/** Whether a channel only hears another one; it ends with that by itself. */
export function isSnoop(channelId: string): boolean {
  return channelId.startsWith(snoopPrefix);
}

/** What plays to a caller. The names can be told beforehand, so that what a killed process plays can be stopped. */
export function playbackId(callerId: string, turn: number): string {
  return `${playbackPrefix}${callerId}-${turn % playbackNames}`;
}
