import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  attributeTypes,
  decodeAnswer,
  encodeRequest,
  ipv4Attribute,
  ipv6Attribute,
  requestCodes,
  secondsAttribute,
  textAttribute,
} from './radius-packet.ts';

const secret = 'segredo';
const session = [
  textAttribute(attributeTypes.userName, 'ana.10001'),
  textAttribute(attributeTypes.acctSessionId, '81'),
];
const request = encodeRequest(requestCodes.changeOfAuthorization, 7, session, secret);

/** An answer as RFC 2865 §3 and RFC 2869 §5.14 have it signed, made apart from the code under test. */
function answerTo(
  asked: Buffer,
  code: number,
  attributes: readonly (readonly [number, Buffer])[],
  sign = true,
): Buffer {
  const all = sign ? [...attributes, [attributeTypes.messageAuthenticator, Buffer.alloc(16)] as const] : attributes;
  const body = Buffer.concat(all.map(([type, value]) => Buffer.concat([Buffer.from([type, value.length + 2]), value])));
  const packet = Buffer.concat([Buffer.from([code, asked[1] ?? 0, 0, 0]), asked.subarray(4, 20), body]);
  packet.writeUInt16BE(packet.length, 2);
  if (sign)
    createHmac('md5', secret)
      .update(packet)
      .digest()
      .copy(packet, packet.length - 16);
  createHash('md5').update(packet).update(secret).digest().copy(packet, 4);
  return packet;
}

const notFound = [attributeTypes.errorCause, Buffer.from([0, 0, 1, 0xf7])] as const;

test('a request is signed as the concentrator checks it: both authenticators over zeros, the inner one first', () => {
  const zeroed = Buffer.from(request);
  const messageAuthenticator = Buffer.from(request.subarray(22, 38));
  zeroed.fill(0, 4, 20);
  expect(createHash('md5').update(zeroed).update(secret).digest()).toEqual(Buffer.from(request.subarray(4, 20)));
  zeroed.fill(0, 22, 38);
  expect(createHmac('md5', secret).update(zeroed).digest()).toEqual(messageAuthenticator);
  expect(request.subarray(0, 4)).toEqual(Buffer.from([43, 7, 0, 20 + 18 + 11 + 4]));
});

test('attributes stand on the wire as the RFCs have them', () => {
  expect(ipv4Attribute(4, '100.64.1.1')).toEqual({ type: 4, value: Buffer.from([100, 64, 1, 1]) });
  const v6 = (text: string) => ipv6Attribute(95, text).value.toString('hex');
  expect(v6('2001:db8::a:1')).toBe('20010db80000000000000000000a0001');
  expect(v6('::1')).toBe('00000000000000000000000000000001');
  expect(v6('2001:db8:0:1:2:3:4:5')).toBe('20010db8000000010002000300040005');
  const at = new Date('2026-11-21T14:00:00.900Z');
  expect(secondsAttribute(attributeTypes.eventTimestamp, at).value.readUInt32BE()).toBe(at.getTime() / 1000 - 0.9);
  expect(() => encodeRequest(40, 1, [textAttribute(1, 'a'.repeat(254))], secret)).toThrow(RangeError);
});

test('what the concentrator answered is read, with the cause of a refusal, signed inside or not', () => {
  expect(decodeAnswer(answerTo(request, 44, []), request, secret)).toEqual({
    acknowledged: true,
    errorCause: undefined,
  });
  expect(decodeAnswer(answerTo(request, 45, [notFound]), request, secret)).toEqual({
    acknowledged: false,
    errorCause: 503,
  });
  expect(decodeAnswer(answerTo(request, 45, [notFound], false), request, secret)?.errorCause).toBe(503);
  const padded = Buffer.concat([answerTo(request, 44, []), Buffer.from('padding')]);
  expect(decodeAnswer(padded, request, secret)?.acknowledged).toBe(true);
});

test('nothing but the answer to this very request is believed', () => {
  const other = encodeRequest(requestCodes.changeOfAuthorization, 8, session, secret);
  expect(decodeAnswer(answerTo(other, 44, []), request, secret)).toBeUndefined();
  expect(decodeAnswer(answerTo(request, 41, []), request, secret)).toBeUndefined();
  expect(decodeAnswer(answerTo(request, 44, []), request, 'another')).toBeUndefined();
  expect(decodeAnswer(request, request, secret)).toBeUndefined();
});

test('an answer with any bit changed is not believed, and no datagram breaks the reader', () => {
  const answer = answerTo(request, 45, [notFound]);
  const anyBit = fc.property(fc.nat(answer.length * 8 - 1), (bit) => {
    const changed = Buffer.from(answer);
    changed.writeUInt8((changed[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
    expect(decodeAnswer(changed, request, secret)).toBeUndefined();
  });
  fc.assert(anyBit);
  const anything = fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    expect(decodeAnswer(Buffer.from(bytes), request, secret)).toBeUndefined();
  });
  fc.assert(anything);
});

test('an answer whose attributes do not fill it, though signed, is not believed', () => {
  const attribute = fc.tuple(
    fc.integer({ min: 1, max: 255 }).filter((type) => type !== attributeTypes.messageAuthenticator),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  );
  const signed = fc.property(fc.array(attribute, { maxLength: 5 }), fc.boolean(), (attributes, isBroken) => {
    const packet = Buffer.concat([answerTo(request, 44, attributes, false), Buffer.alloc(isBroken ? 1 : 0, 1)]);
    packet.writeUInt16BE(packet.length, 2);
    request.copy(packet, 4, 4, 20);
    createHash('md5').update(packet).update(secret).digest().copy(packet, 4);
    expect(decodeAnswer(packet, request, secret)?.acknowledged).toBe(isBroken ? undefined : true);
  });
  fc.assert(signed);
});
