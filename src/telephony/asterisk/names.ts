import { randomInt } from 'node:crypto';

/** How we name what is ours in Asterisk, so that after a restart it can be told what everything is. */

const talkPrefix = 'talk-';
const earlyPrefix = 'early-';
const waitPrefix = 'wait-';
const meetPrefix = 'meet-';
const legPrefix = 'leg-';
const clickedPrefix = 'clicked-';
const snoopPrefix = 'snoop-';
const watchPrefix = 'watch-';
const playbackPrefix = 'play-';
const upkeepPrefix = 'upkeep-';
const webDomain = 'web';
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

/**
 * The bridge in which a channel waits for somebody else. `unique`, which has no `~`: Asterisk may not give a name to a bridge
 * that another one had just before.
 */
export function waitBridgeId(channelId: string, unique: string): string {
  return `${waitPrefix}${channelId}~${unique}`;
}

/** The channel of a bridge to wait in; undefined when the bridge is none. */
export function waiterOfBridge(bridgeId: string): string | undefined {
  return bridgeId.startsWith(waitPrefix) ? bridgeId.slice(waitPrefix.length).replace(/~.*/, '') : undefined;
}

/** The bridge in which a caller hears what the called network says before anybody answers. */
export function earlyBridgeId(callerId: string): string {
  return `${earlyPrefix}${callerId}`;
}

/** The caller of such a bridge; undefined when it is none. */
export function callerOfEarlyBridge(bridgeId: string): string | undefined {
  return bridgeId.startsWith(earlyPrefix) ? bridgeId.slice(earlyPrefix.length) : undefined;
}

/** The bridge in which more than two hear each other. */
export function meetBridgeId(leaderId: string): string {
  return `${meetPrefix}${leaderId}`;
}

/** Who leads a conference; undefined when the bridge is none. */
export function leaderOfBridge(bridgeId: string): string | undefined {
  return bridgeId.startsWith(meetPrefix) ? bridgeId.slice(meetPrefix.length) : undefined;
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
 * The endpoint of an extension's phones. Those of several exchanges may have one number: Asterisk knows them by the
 * domain they register in, `sip:100@acme`; one that it does not know is that of the exchange that has none.
 */
export function phoneEndpoint(extension: string, domain: string | null): string {
  return domain === null ? extension : `${extension}@${domain}`;
}

/**
 * The endpoint of the browsers of an extension that has desk phones too: they need other settings, and register in a
 * domain of their own, `sip:100@web` or `sip:100@web.acme`.
 */
export function webEndpoint(extension: string, domain: string | null): string {
  return `${extension}@${domain === null ? webDomain : `${webDomain}.${domain}`}`;
}

/** The extension and the exchange's domain of an endpoint. */
export function phoneOfEndpoint(endpoint: string): { readonly extension: string; readonly domain: string | null } {
  const [extension = '', ...rest] = endpoint.split('@');
  const registersIn = rest.join('@');
  const domain = registersIn === webDomain ? '' : registersIn.replace(/^web\./, '');
  return { extension, domain: domain === '' ? null : domain };
}

/** What marks an endpoint, and with it each channel of its phones, as an exchange's: Asterisk's account code. */
export function accountCode(tenantId: number): string {
  return String(tenantId);
}

/** The tenant a channel belongs to; undefined when Asterisk does not say. */
export function tenantOfAccount(code: string): number | undefined {
  return /^\d{1,9}$/.test(code) ? Number(code) : undefined;
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
  return phoneOfEndpoint(/^PJSIP\/(.+)-[0-9a-f]+$/.exec(name)?.[1] ?? '').extension;
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

/** The channel by which a supervisor hears a talk; named so that it can be found when a killed process has left it. */
export function watchSnoopId(watcherId: string): string {
  return `${snoopPrefix}${watchPrefix}${watcherId}`;
}

/** The bridge in which a supervisor hears a talk. */
export function watchBridgeId(watcherId: string): string {
  return `${watchPrefix}${watcherId}`;
}

/** The supervisor of such a channel or bridge; undefined when it is none. */
export function watcherOf(id: string): string | undefined {
  const name = id.startsWith(snoopPrefix) ? id.slice(snoopPrefix.length) : id;
  return name.startsWith(watchPrefix) ? name.slice(watchPrefix.length) : undefined;
}

/** What plays to a caller. The names can be told beforehand, so that what a killed process plays can be stopped. */
export function playbackId(callerId: string, turn: number): string {
  return `${playbackPrefix}${callerId}-${turn % playbackNames}`;
}
