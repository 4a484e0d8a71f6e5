import { eventPayloadType } from './rtp.ts';

/** A request of a phone, before its headers are written. */
export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly from: string;
  readonly to: () => string;
  readonly callId: string;
  /** The next number of CSeq. */
  readonly sequence: () => number;
  /** Further header lines. */
  readonly extra?: string;
  readonly body?: string;
  /** Whether nobody waits for the answer any more: it is not sent again. */
  readonly isGivenUp?: () => boolean;
}

/** A header's value; empty when there is none. */
export function header(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(message)?.[1] ?? '';
}

/** Of an answer; 0 of a request. */
export function statusOf(message: string): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(message)?.[1] ?? 0);
}

/** The user of a SIP address. */
export function userOf(address: string): string {
  return /sips?:([^@;>]*)@/.exec(address)?.[1] ?? '';
}

/** Where the other side hears. */
export function mediaPort(message: string): number {
  return Number(/^m=audio (\d+)/m.exec(message)?.[1] ?? 0);
}

/** A-law audio at a port of this machine. */
export function offer(port: number, direction: 'sendrecv' | 'sendonly'): string {
  return [
    'v=0',
    'o=desk 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 8 ${eventPayloadType}`,
    `a=rtpmap:${eventPayloadType} telephone-event/8000`,
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
}
