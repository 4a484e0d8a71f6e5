import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { AppError } from './kernel/errors.ts';
import { isNetwork } from './kernel/network-address.ts';

const port = z.coerce
  .number('must be a port number, 1 to 65535')
  .int('must be a port number, 1 to 65535')
  .min(1)
  .max(65535);

const file = z.string().trim().refine(isAbsolute, 'must be the absolute path of a file');

/** RFC 7064, RFC 7065. */
const iceUrl = /^(?:stuns?:[\w.-]+(?::\d{1,5})?|turns?:[\w.-]+(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?)$/;

/** The environment's variables about phones and trunks, and the network they come by. */
export const phoneEnvironment = {
  UIRAPURU_SIP_PORT: port.default(7048),
  UIRAPURU_SIP_TLS_PORT: port.default(7049),
  UIRAPURU_WSS_PORT: port.default(8089),
  UIRAPURU_RTP_PORTS: z
    .string()
    .regex(/^\d+-\d+$/, 'must be two port numbers joined by a hyphen, such as 10000-20000')
    .default('10000-20000'),
  UIRAPURU_TLS_CERTIFICATE: file.optional(),
  UIRAPURU_TLS_KEY: file.optional(),
  UIRAPURU_TLS_AUTHORITIES: file.optional(),
  UIRAPURU_TLS_VERIFY: z.enum(['0', '1']).default('1'),
  UIRAPURU_EXTERNAL_ADDRESS: z.ipv4('must be an address of IPv4 such as 203.0.113.10').optional(),
  UIRAPURU_LOCAL_NETS: z
    .string()
    .transform((list) => list.split(',').map((each) => each.trim()))
    .refine((list) => list.every(isNetwork), 'must be networks joined by commas, such as 10.0.0.0/8,192.168.0.0/16')
    .default(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']),
  UIRAPURU_STUN: z
    .string()
    .regex(/^[\w.-]+(?::\d{1,5})?$/, 'must be a name or address, and a port if need be, such as stun.example:3478')
    .optional(),
  UIRAPURU_ICE_SERVERS: z
    .string()
    .transform((list) => list.split(',').map((each) => each.trim()))
    .refine(
      (list) => list.every((url) => iceUrl.test(url)),
      'must be such as stun:turn.example:3478,turns:turn.example:443?transport=tcp',
    )
    .default([]),
  UIRAPURU_TURN_SECRET: z.string().min(1).optional(),
};

/** Where phones and trunks are listened to, and how they reach us. */
export interface PhoneNetwork {
  /** UDP and TCP. */
  readonly sipPort: number;
  readonly sipTlsPort: number;
  readonly wssPort: number;
  readonly rtpPorts: { readonly first: number; readonly last: number };
  /** PEM files of the operator's; undefined: the home's own. */
  readonly certificate: { readonly certificate: string; readonly privateKey: string } | undefined;
  /** A PEM file of authorities that are trusted besides those that everybody trusts. */
  readonly authorities: string | undefined;
  /** Whether a trunk's server must prove by its certificate who it is. */
  readonly verifyTrunks: boolean;
  /** What phones and trunks outside `localNets` reach us by, where a router translates addresses. */
  readonly externalAddress: string | undefined;
  readonly localNets: readonly string[];
  /** Asked by which address of ours it sees us, for browsers' sake. */
  readonly stunServer: string | undefined;
  /** STUN and TURN servers that browsers are told, and the secret that the TURN servers share with us. */
  readonly iceServers: { readonly urls: readonly string[]; readonly turnSecret: string | undefined };
}

/** @throws AppError `invalid_configuration` */
export function phoneNetwork(e: z.infer<z.ZodObject<typeof phoneEnvironment>>): PhoneNetwork {
  return {
    sipPort: e.UIRAPURU_SIP_PORT,
    sipTlsPort: e.UIRAPURU_SIP_TLS_PORT,
    wssPort: e.UIRAPURU_WSS_PORT,
    rtpPorts: rtpRange(e.UIRAPURU_RTP_PORTS),
    certificate: certificateOf(e.UIRAPURU_TLS_CERTIFICATE, e.UIRAPURU_TLS_KEY),
    authorities: e.UIRAPURU_TLS_AUTHORITIES,
    verifyTrunks: e.UIRAPURU_TLS_VERIFY === '1',
    externalAddress: e.UIRAPURU_EXTERNAL_ADDRESS,
    localNets: e.UIRAPURU_LOCAL_NETS,
    stunServer: e.UIRAPURU_STUN,
    iceServers: iceServersOf(e.UIRAPURU_ICE_SERVERS, e.UIRAPURU_TURN_SECRET),
  };
}

function certificateOf(certificate: string | undefined, privateKey: string | undefined): PhoneNetwork['certificate'] {
  if (certificate !== undefined && privateKey !== undefined) return { certificate, privateKey };
  if (certificate === undefined && privateKey === undefined) return undefined;
  throw new AppError(
    'invalid_configuration',
    'UIRAPURU_TLS_CERTIFICATE and UIRAPURU_TLS_KEY belong together: set both, or neither.',
  );
}

function iceServersOf(urls: readonly string[], turnSecret: string | undefined): PhoneNetwork['iceServers'] {
  if (turnSecret !== undefined || !urls.some((url) => url.startsWith('turn'))) return { urls, turnSecret };
  throw new AppError(
    'invalid_configuration',
    "UIRAPURU_ICE_SERVERS names a TURN server, which lets nobody in without UIRAPURU_TURN_SECRET (coturn's static-auth-secret).",
  );
}

function rtpRange(setting: string): PhoneNetwork['rtpPorts'] {
  const [first = 0, last = 0] = setting.split('-').map(Number);
  if (first < 1024 || last > 65535 || last - first < 3) {
    throw new AppError(
      'invalid_configuration',
      `UIRAPURU_RTP_PORTS is ${setting}: it needs a range between 1024 and 65535 with at least four ports, such as 10000-20000.`,
    );
  }
  return { first, last };
}
