import type { ExchangePlace, Extension } from '../../exchange/schemas.ts';
import { callerId } from './caller-id.ts';
import { deskAgreement, deskCodecs, encryptionOf, webAgreement, webCodecs } from './codecs.ts';
import { accountCode, phoneEndpoint, webEndpoint } from './names.ts';
import { dialplan } from './runtime/dialplan.ts';

/** What a PJSIP object is: Asterisk's own names. */
export type ObjectType = 'endpoint' | 'auth' | 'aor' | 'registration' | 'identify';

export type Attributes = Readonly<Record<string, string>>;

/** The objects of one name; an absent one is undefined. */
export type Objects = Readonly<Partial<Record<ObjectType, Attributes>>>;

/** What a phone needs. */
export type PhoneObjects = Required<Pick<Objects, 'auth' | 'aor' | 'endpoint'>>;

export type Change =
  | { readonly kind: 'put'; readonly type: ObjectType; readonly id: string; readonly attributes: Attributes }
  | { readonly kind: 'delete'; readonly type: ObjectType; readonly id: string };

/** The endpoint comes last: while it exists its secret does, and an interrupted removal is found again by it. */
const order: readonly ObjectType[] = ['auth', 'aor', 'registration', 'identify', 'endpoint'];

/**
 * Seconds without a packet of audio after which a phone is taken for gone (its power, its network) and its call is ended:
 * SIP alone tells of it half an hour later, or never. Asterisk counts RTP, not RTCP, and a phone may suppress silence: one
 * that is muted in a queue sends a packet only when the noise around it changes (RFC 3389 section 4), so that a
 * minute is too short. A phone that put the other side on hold sends nothing by right: as long as SIP's session timer (RFC
 * 4028 section 4.2).
 */
export const goneAfterSeconds = 120;
export const goneOnHoldAfterSeconds = 1800;

/** The names of an extension's objects: that of its phones, and another where browsers register besides desk phones. */
export function namesOf({ number, kind }: Pick<Extension, 'number' | 'kind'>, domain: string | null): string[] {
  const name = phoneEndpoint(number, domain);
  return kind === 'both' ? [name, webEndpoint(number, domain)] : [name];
}

/** What Asterisk should hold for an extension, by name. */
export function objectsFor(extension: Extension, place: ExchangePlace): [name: string, objects: PhoneObjects][] {
  return namesOf(extension, place.domain).map((name) => [name, objectsOf(extension, place, name)]);
}

/** The objects of an extension's phones of one name. Its number is what each registers as. */
export function objectsOf(
  extension: Extension,
  { tenantId, domain }: ExchangePlace,
  name = phoneEndpoint(extension.number, domain),
): PhoneObjects {
  const { number, password, callerName, devices, kind, mediaEncryption } = extension;
  const web = kind === 'web' || name !== phoneEndpoint(number, domain);
  return {
    auth: { auth_type: 'userpass', username: number, password },
    aor: { max_contacts: String(devices), remove_existing: 'yes', default_expiration: '300' },
    endpoint: {
      context: dialplan.fromExtension,
      accountcode: accountCode(tenantId),
      disallow: 'all',
      allow: web ? webCodecs : deskCodecs,
      ...(web ? webAgreement : deskAgreement),
      auth: name,
      aors: name,
      // Whatever the phone says of itself, this is who calls.
      callerid: callerId(callerName, number),
      identify_by: 'username,auth_username',
      // RFC 4733 with whoever offers it; of others the tones are listened for.
      dtmf_mode: 'auto',
      direct_media: 'no',
      rtp_symmetric: 'yes',
      force_rport: 'yes',
      rewrite_contact: 'yes',
      allow_subscribe: 'no',
      webrtc: web ? 'yes' : 'no',
      ...(web ? {} : encryptionOf(mediaEncryption)),
      rtp_timeout: String(goneAfterSeconds),
      rtp_timeout_hold: String(goneOnHoldAfterSeconds),
    },
  };
}

/** The AOR from which the dialplan reads who rings for an exchange when the control plane is not there. */
export function fallbackList(extensions: readonly Extension[], domain: string | null): Attributes {
  return {
    mailboxes: extensions
      .filter(({ fallback }) => fallback)
      .flatMap((extension) => namesOf(extension, domain))
      .join(','),
  };
}

/**
 * What must be done so that Asterisk holds what it should: nothing for what is there already. An object that differs
 * is removed and made anew, because Asterisk's update of one keeps what earlier values implied (a phone that was a web
 * phone stays encrypted) and makes a phone's registration a permanent part of its AOR. With an AOR Asterisk
 * removes its registrations, so that it is made anew with a new password or another kind of phone: those of before must
 * not ring any more.
 * @param desired by name; @param actual what Asterisk has, by name, with everything that is ours
 */
export function changes(desired: ReadonlyMap<string, Objects>, actual: ReadonlyMap<string, Objects>): Change[] {
  const ids = new Set([...actual.keys(), ...desired.keys()]);
  return [...ids].flatMap((id) => changesOf(id, desired.get(id) ?? {}, actual.get(id) ?? {}));
}

function changesOf(id: string, desired: Objects, actual: Objects): Change[] {
  if (desired === actual) return [];
  const differing = new Set(order.filter((type) => !holds(actual[type], desired[type])));
  const isOtherKind = !same('webrtc', desired.endpoint ?? {}, actual.endpoint ?? {});
  if (desired.aor !== undefined && (differing.has('auth') || isOtherKind)) differing.add('aor');
  return order
    .filter((type) => differing.has(type))
    .flatMap((type): Change[] => {
      const attributes = desired[type];
      return [
        ...(actual[type] === undefined ? [] : [{ kind: 'delete', type, id } as const]),
        ...(attributes === undefined ? [] : [{ kind: 'put', type, id, attributes } as const]),
      ];
    });
}

/** Whether an object has these attributes; Asterisk adds every other with its default, and spells values its own way. */
function holds(object: Attributes | undefined, attributes: Attributes | undefined): boolean {
  if (object === undefined || attributes === undefined) return object === attributes;
  return Object.keys(attributes).every((name) => name === 'disallow' || same(name, object, attributes));
}

function same(name: string, one: Attributes, other: Attributes): boolean {
  return canonical(name, one[name] ?? '') === canonical(name, other[name] ?? '');
}

function canonical(name: string, value: string): string {
  if (value === 'true') return 'yes';
  if (value === 'false') return 'no';
  if (name === 'allow') return value.replace(/^\((.*)\)$/, '$1').replaceAll('|', ',');
  // A caller without a name is told back without the marks around none.
  if (name === 'callerid') return value.replace(/^"" <(.*)>$/, '$1');
  if (name === 'identify_by') return value.split(',').toSorted().join(',');
  return value;
}
