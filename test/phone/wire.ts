import { readFileSync } from 'node:fs';
import { header } from './sip-text.ts';

/** A SIP message as it passed the wire, seen from a phone. */
export interface WireMessage {
  readonly atMs: number;
  readonly sent: boolean;
  /** The method of a request, or the status of an answer. */
  readonly what: string;
  readonly callId: string;
  /** `102 INVITE` */
  readonly sequence: string;
}

/** Arguments of SIPp that make it write down every message, for `wireMessages`. */
export function traceTo(file: string): string[] {
  return ['-trace_msg', '-message_file', file];
}

/** Every message of a phone, in order, repeats left out (RFC 3261 section 17). */
export function wireMessages(file: string): WireMessage[] {
  const messages: WireMessage[] = [];
  for (const part of readFileSync(file, 'utf8')
    .split(/^-{40,} /m)
    .slice(1)) {
    const [at = ''] = part.split(/\s/);
    const start = part.search(/\n\n/);
    const text = part.slice(start).trimStart();
    add(messages, text, /message sent/.test(part.slice(0, start)), Date.parse(at));
  }
  return messages;
}

/** What a phone of ours sends and receives, as it happens. */
export class WireLog {
  readonly messages: WireMessage[] = [];
  /** How long at most this machine let a thread wait that had something to do. */
  lateMs = 0;

  late(byMs: number): void {
    this.lateMs = Math.max(this.lateMs, byMs);
  }

  saw(text: string, sent: boolean, atMs: number): void {
    add(this.messages, text, sent, atMs);
  }
}

function add(messages: WireMessage[], text: string, sent: boolean, atMs: number): void {
  const [first = '', second = ''] = text.split(/\s/);
  const what = first === 'SIP/2.0' ? second : first;
  const message = { atMs, sent, what, callId: header(text, 'Call-ID'), sequence: header(text, 'CSeq') };
  if (!messages.some((one) => sameMessage(one, message))) messages.push(message);
}

/** One INVITE that the exchange took or sent, with what became of it; undefined where nothing did. */
export interface WireCall {
  /** Whether it is the phone's own INVITE. */
  readonly sent: boolean;
  readonly invitedMs: number;
  readonly ringingMs: number | undefined;
  readonly answeredMs: number | undefined;
  /** The BYE, the CANCEL, or the refusal. */
  readonly endedMs: number | undefined;
}

/** The calls of a phone: INVITEs outside dialogues, without those that had to show a password first. */
export function wireCalls(messages: readonly WireMessage[]): WireCall[] {
  const byCall = new Map<string, WireMessage[]>();
  for (const message of messages) byCall.set(message.callId, [...(byCall.get(message.callId) ?? []), message]);
  return [...byCall.values()].flatMap((own) => {
    const invite = own.filter(({ what }) => what === 'INVITE').find((one) => !wasChallenged(own, one));
    if (invite === undefined) return [];
    const answer = (pattern: RegExp) =>
      own.find(({ what, sequence }) => sequence === invite.sequence && pattern.test(what))?.atMs;
    return {
      sent: invite.sent,
      invitedMs: invite.atMs,
      ringingMs: answer(/^180$/),
      answeredMs: answer(/^200$/),
      endedMs: own.find(({ what }) => what === 'BYE' || what === 'CANCEL')?.atMs ?? answer(/^[456]\d\d$/),
    };
  });
}

function wasChallenged(own: readonly WireMessage[], invite: WireMessage): boolean {
  return own.some(({ what, sequence }) => what === '401' && sequence === invite.sequence);
}

function sameMessage(one: WireMessage, other: WireMessage): boolean {
  return (
    one.sent === other.sent && one.what === other.what && one.callId === other.callId && one.sequence === other.sequence
  );
}
