import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What we ask of a concentrator, by its code (RFC 5176 §2). */
export const requestCodes = { disconnect: 40, changeOfAuthorization: 43 } as const;

/** Attributes of the requests and answers, by their types (RFC 2865, 2866, 2869, 3162, 5176). */
export const attributeTypes = {
  userName: 1,
  nasIpAddress: 4,
  framedIpAddress: 8,
  acctSessionId: 44,
  eventTimestamp: 55,
  messageAuthenticator: 80,
  nasIpv6Address: 95,
  errorCause: 101,
} as const;

export interface RadiusAttribute {
  readonly type: number;
  readonly value: Buffer;
}

/** What a concentrator answered; `errorCause` (RFC 5176 §3.5) stands in most refusals, but not in all. */
export interface RadiusAnswer {
  readonly acknowledged: boolean;
  readonly errorCause: number | undefined;
}

const headerLength = 20;
const longestPacket = 4096;
const longestValue = 253;
const authenticatorLength = 16;

export function textAttribute(type: number, value: string): RadiusAttribute {
  return { type, value: Buffer.from(value, 'utf8') };
}

export function secondsAttribute(type: number, instant: Date): RadiusAttribute {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(Math.floor(instant.getTime() / 1000));
  return { type, value };
}

/** @param address dotted */
export function ipv4Attribute(type: number, address: string): RadiusAttribute {
  return { type, value: Buffer.from(address.split('.').map(Number)) };
}

/** @param address in any of its written forms but the one that ends in IPv4 */
export function ipv6Attribute(type: number, address: string): RadiusAttribute {
  const [front = '', back] = address.split('::');
  const left = groupsOf(front);
  const right = groupsOf(back ?? '');
  const groups = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return { type, value: Buffer.from(groups.flatMap((group) => [group >> 8, group & 255])) };
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/**
 * A Disconnect- or CoA-Request as it goes over the wire. Message-Authenticator comes first, and is made before the
 * Request Authenticator, with both of them counted as zeros (RFC 5176 §3.4 and RFC 2869 §5.14).
 * @param identifier 0 to 255
 * @throws RangeError for an attribute longer than RADIUS can carry
 */
export function encodeRequest(
  code: number,
  identifier: number,
  attributes: readonly RadiusAttribute[],
  secret: string,
): Buffer {
  const empty = { type: attributeTypes.messageAuthenticator, value: Buffer.alloc(authenticatorLength) };
  const body = Buffer.concat([empty, ...attributes].map(encodeAttribute));
  const packet = Buffer.concat([Buffer.alloc(headerLength), body]);
  if (packet.length > longestPacket) throw new RangeError('A RADIUS packet has at most 4096 bytes.');
  packet.writeUInt8(code, 0);
  packet.writeUInt8(identifier, 1);
  packet.writeUInt16BE(packet.length, 2);
  createHmac('md5', secret)
    .update(packet)
    .digest()
    .copy(packet, headerLength + 2);
  createHash('md5').update(packet).update(secret).digest().copy(packet, 4);
  return packet;
}

function encodeAttribute({ type, value }: RadiusAttribute): Buffer {
  if (value.length > longestValue) throw new RangeError(`RADIUS attribute ${type} is longer than 253 bytes.`);
  return Buffer.concat([Buffer.from([type, value.length + 2]), value]);
}

/**
 * Reads a datagram as the answer to a request.
 * @returns undefined when it is not that: of another request, broken, or not signed with the secret. RFC 2865 §3 has
 *   such datagrams discarded in silence.
 */
export function decodeAnswer(datagram: Buffer, request: Buffer, secret: string): RadiusAnswer | undefined {
  if (datagram.length < headerLength) return undefined;
  const length = datagram.readUInt16BE(2);
  // What is beyond the length is padding (RFC 2865 §3).
  if (length < headerLength || length > longestPacket || length > datagram.length) return undefined;
  const packet = Buffer.from(datagram.subarray(0, length));
  const acknowledged = packet[0] === (request[0] ?? 0) + 1;
  if (!acknowledged && packet[0] !== (request[0] ?? 0) + 2) return undefined;
  if (packet[1] !== request[1]) return undefined;

  const given = Buffer.from(packet.subarray(4, headerLength));
  request.copy(packet, 4, 4, headerLength);
  const expected = createHash('md5').update(packet).update(secret).digest();
  if (!timingSafeEqual(given, expected)) return undefined;

  const attributes = decodeAttributes(packet);
  if (attributes === undefined || !isMessageAuthentic(packet, attributes, secret)) return undefined;
  const cause = attributes.find(({ type, value }) => type === attributeTypes.errorCause && value.length === 4);
  return { acknowledged, errorCause: cause?.value.readUInt32BE() };
}

/** The attributes' values as parts of the packet; undefined when they do not fill it exactly. */
function decodeAttributes(packet: Buffer): RadiusAttribute[] | undefined {
  const attributes: RadiusAttribute[] = [];
  for (let at = headerLength; at < packet.length; ) {
    const type = packet[at] ?? 0;
    const length = packet[at + 1] ?? 0;
    if (length < 2 || at + length > packet.length) return undefined;
    attributes.push({ type, value: packet.subarray(at + 2, at + length) });
    at += length;
  }
  return attributes;
}

/** Older concentrators answer without one; one that is there must be right. The packet holds the request's authenticator. */
function isMessageAuthentic(packet: Buffer, attributes: readonly RadiusAttribute[], secret: string): boolean {
  const attribute = attributes.find(({ type }) => type === attributeTypes.messageAuthenticator);
  if (attribute === undefined) return true;
  if (attribute.value.length !== authenticatorLength) return false;
  const given = Buffer.from(attribute.value);
  attribute.value.fill(0);
  return timingSafeEqual(given, createHmac('md5', secret).update(packet).digest());
}
