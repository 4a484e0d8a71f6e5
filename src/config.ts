import { homedir, hostname } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ObjectStoreSettings } from './calls/object-store.ts';
import { objectStoreEnvironment, objectStoreOf } from './calls/object-store-settings.ts';
import { AppError } from './kernel/errors.ts';
import { isNetwork } from './kernel/network-address.ts';
import type { SmsGateway } from './messaging/http-sms-transport.ts';
import { type Pace, parsePace } from './messaging/pace.ts';
import { type PhoneNetwork, phoneEnvironment, phoneNetwork } from './phone-network.ts';

const port = z.coerce
  .number('must be a port number, 1 to 65535')
  .int('must be a port number, 1 to 65535')
  .min(1)
  .max(65535);
const count = z.coerce.number('must be a whole number from 1').int('must be a whole number from 1').min(1);
const text = z.string().trim().min(1);

const pace = z
  .string()
  .transform(parsePace)
  .refine((parsed) => parsed !== undefined, 'must be messages a second, such as 10 or 10,gmail.com=2');

const networks = z
  .string()
  .transform((list) => list.split(',').map((each) => each.trim()))
  .refine(
    (list) => list.every(isNetwork),
    'must be addresses or networks joined by commas, such as 10.0.0.5,10.1.0.0/16',
  )
  .default([]);

const environment = z.object({
  UIRAPURU_HOME: text.default('./data'),
  UIRAPURU_CACHE: text.optional(),
  UIRAPURU_BIND: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  UIRAPURU_HTTP_PORT: port.default(8080),
  UIRAPURU_HTTPS_PORT: port.default(8443),
  ...phoneEnvironment,
  UIRAPURU_TZ: text.default('America/Sao_Paulo').refine(isTimeZone, 'is not a known IANA time zone'),
  UIRAPURU_DEMO: z.enum(['0', '1']).optional(),
  UIRAPURU_ADMIN_PASSWORD_FILE: text.optional(),
  UIRAPURU_TRUSTED_PROXIES: networks,
  UIRAPURU_APP_RATE: count.default(100),
  UIRAPURU_ORIGIN_RATE: count.default(300),
  UIRAPURU_FAILED_LOGINS: count.default(10),
  UIRAPURU_SIP_FAILURES: count.default(20),
  UIRAPURU_NEVER_BLOCKED: networks,
  UIRAPURU_RECORDING_RESERVE_MB: z.coerce.number().int().min(0).default(500),
  ...objectStoreEnvironment,
  UIRAPURU_METRICS_OPEN: z.enum(['0', '1']).default('0'),
  UIRAPURU_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  UIRAPURU_ASTERISK: text.refine(isAbsolute, 'must be the absolute path of a program').optional(),
  ASTERISK_ARI_URL: z.url({ protocol: /^https?$/ }).optional(),
  UIRAPURU_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  UIRAPURU_LINK_DAYS: z.coerce.number().int().min(1, 'must be a number of days, 1 or more').max(36_500).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMS_URL: z.url({ protocol: /^https?$/ }).optional(),
  SMS_BODY: text.optional(),
  SMS_HEADERS: z
    .string()
    .transform(readHeaders)
    .refine((headers) => headers !== undefined, 'must be headers such as X-API-TOKEN: abc, several joined by |')
    .default({}),
  SMS_SUCCESS: z
    .string()
    .transform(readPattern)
    .refine((pattern) => pattern !== undefined, 'must be a regular expression')
    .optional(),
  SMPP_URL: z.url({ protocol: /^s?smpps?$/ }).optional(),
  MAIL_PACE: pace.prefault('10'),
  SMS_PACE: pace.prefault('10'),
  PUSH_PACE: pace.prefault('50'),
  PUSH_CONTACT: z
    .url({
      protocol: /^(?:https|mailto)$/,
      error: 'must be such as mailto:suporte@provedor.net.br or an https address',
    })
    .optional(),
  UIRAPURU_ALARM_EMAIL: z.email('must be a mailbox such as plantao@provedor.net.br').optional(),
  UIRAPURU_OUTBOX_DAYS: z.coerce.number().int().min(1, 'must be a number of days, 1 or more').default(90),
  RADIUS_SOURCE_ADDRESS: z.union([z.ipv4(), z.ipv6()]).optional(),
  SPEECH_URL: z
    .url({ protocol: /^https?$/ })
    .refine((address) => address.includes('{text}'), 'must hold {text} where the text goes')
    .optional(),
  ERP: z.enum(['embedded', 'sgp', 'hubsoft']).default('embedded'),
  SGP_URL: z.url({ protocol: /^https?$/, error: 'must be an address such as https://sgp.example/PROVEDOR' }).optional(),
  SGP_TOKEN: text.optional(),
  SGP_APP: text.optional(),
  SGP_TICKET_TYPE: count.optional(),
  SGP_ORDER_REASON: text.optional(),
  HUBSOFT_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://api.provedor.hubsoft.example' })
    .optional(),
  HUBSOFT_CLIENT_ID: text.optional(),
  HUBSOFT_CLIENT_SECRET: text.optional(),
  HUBSOFT_USERNAME: text.optional(),
  HUBSOFT_PASSWORD: z.string().min(1).optional(),
  HUBSOFT_UNLOCK_DAYS: count.optional(),
  HUBSOFT_AGENT_FIELD: z.enum(['ramal', 'identificador_interno']).default('ramal'),
  HUBSOFT_TICKET_TYPE: count.optional(),
});

/** Everything the environment decides, parsed once at start. Paths are absolute, ports are checked. */
export interface Config extends PhoneNetwork {
  /** Database, recordings, keys, logs. */
  readonly home: string;
  /** Runtime parts shared between homes and checkouts. */
  readonly cache: string;
  readonly bind: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly timeZone: string;
  /** Undefined: on for a new home on a loopback address. */
  readonly demo: boolean | undefined;
  readonly adminPasswordFile: string | undefined;
  /** Proxies whose `X-Forwarded-For` says where a request came from: addresses or networks. */
  readonly trustedProxies: readonly string[];
  readonly limits: {
    readonly appPerSecond: number;
    readonly originPerSecond: number;
    readonly failuresPerMinute: number;
  };
  /** Refusals of phones in a minute that block the address where they come from. */
  readonly sipFailures: number;
  /** Addresses and networks of phones that are never blocked. */
  readonly neverBlocked: readonly string[];
  /** Bytes that stay free: below that no talk is recorded. */
  readonly recordingReserveBytes: number;
  /** Where recordings go when they are stored; undefined: they stay in the home. */
  readonly recordingArchive: ObjectStoreSettings | undefined;
  /** Whether anybody may read `/metrics`. */
  readonly metricsOpen: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly databaseUrl: string | undefined;
  /** An Asterisk program of the machine, instead of the fetched one. */
  readonly asteriskProgram: string | undefined;
  readonly asteriskAriUrl: string | undefined;
  /** What the world reaches our HTTP by, without a slash at its end. */
  readonly publicUrl: string;
  /** How long the address of an invoice's PDF works after it was given out; undefined: for ever. */
  readonly linkDays: number | undefined;
  readonly smtpUrl: string | undefined;
  /** An SMS gateway over HTTP. */
  readonly sms: SmsGateway | undefined;
  readonly smppUrl: string | undefined;
  readonly mailPace: Pace;
  readonly smsPace: Pace;
  readonly pushPace: Pace;
  /** By whom push services can reach the operator: `mailto:` or `https:`. */
  readonly pushContact: string;
  /** Who is written to when something needs looking into at once. */
  readonly alarmEmail: string | undefined;
  /** How long messages that were sent are remembered. */
  readonly outboxDays: number;
  /** The address of ours that concentrators are asked from; undefined: the routing table's choice. */
  readonly radiusSourceAddress: string | undefined;
  /** An HTTP speech engine tried before the built-in voice, `{text}` in it. */
  readonly speechUrl: string | undefined;
  readonly erp: 'embedded' | 'sgp' | 'hubsoft';
  /** There with `erp` sgp, and only then. */
  readonly sgp: SgpConfig | undefined;
  /** There with `erp` hubsoft, and only then. */
  readonly hubsoft: HubsoftConfig | undefined;
}

/** A provider's SGP that is our ERP. */
export interface SgpConfig {
  /** With the provider's prefix if it has one; without `/ws` or `/api`, and without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly app: string;
  /** `ocorrenciatipo` of tickets; SGP's own choice when left out. */
  readonly ticketType: number | undefined;
  /** `motivoos` of a technician's visit; SGP's own choice when left out. */
  readonly orderReason: string | undefined;
}

/** A provider's HubSoft that is our ERP. */
export interface HubsoftConfig {
  /** Without `/api` or `/oauth`, and without a slash at its end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A user of the provider's HubSoft. */
  readonly username: string;
  readonly password: string;
  /** `dias_desbloqueio`; HubSoft's own choice when left out. */
  readonly unlockDays: number | undefined;
  /** By which number HubSoft knows an extension's agent. */
  readonly agentField: 'ramal' | 'identificador_interno';
  /** `id_tipo_atendimento` of tickets; HubSoft's own choice when left out. */
  readonly ticketType: number | undefined;
}

/**
 * Reads the settings of `docs/operating.md` from environment variables.
 * @throws AppError `invalid_configuration`, one sentence a variable, when any is wrong.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('invalid_configuration', `The environment has a wrong setting. ${problems.join('; ')}.`, {
      problems,
    });
  }
  const e = parsed.data;
  refuseSharedPorts(e);
  const publicUrl = (e.UIRAPURU_PUBLIC_URL ?? ownUrl(e.UIRAPURU_BIND, e.UIRAPURU_HTTP_PORT)).replace(/\/+$/, '');
  return {
    home: resolve(e.UIRAPURU_HOME),
    cache: resolve(e.UIRAPURU_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'uirapuru')),
    bind: e.UIRAPURU_BIND,
    httpPort: e.UIRAPURU_HTTP_PORT,
    httpsPort: e.UIRAPURU_HTTPS_PORT,
    ...phoneNetwork(e),
    timeZone: e.UIRAPURU_TZ,
    demo: e.UIRAPURU_DEMO === undefined ? undefined : e.UIRAPURU_DEMO === '1',
    adminPasswordFile: e.UIRAPURU_ADMIN_PASSWORD_FILE,
    trustedProxies: e.UIRAPURU_TRUSTED_PROXIES,
    limits: {
      appPerSecond: e.UIRAPURU_APP_RATE,
      originPerSecond: e.UIRAPURU_ORIGIN_RATE,
      failuresPerMinute: e.UIRAPURU_FAILED_LOGINS,
    },
    recordingReserveBytes: e.UIRAPURU_RECORDING_RESERVE_MB * 1_000_000,
    recordingArchive: objectStoreOf(e),
    metricsOpen: e.UIRAPURU_METRICS_OPEN === '1',
    logLevel: e.UIRAPURU_LOG_LEVEL,
    databaseUrl: e.DATABASE_URL,
    asteriskProgram: e.UIRAPURU_ASTERISK,
    asteriskAriUrl: e.ASTERISK_ARI_URL,
    publicUrl,
    linkDays: e.UIRAPURU_LINK_DAYS,
    smtpUrl: e.SMTP_URL,
    sms:
      e.SMS_URL === undefined
        ? undefined
        : { url: e.SMS_URL, body: e.SMS_BODY, headers: e.SMS_HEADERS, success: e.SMS_SUCCESS },
    smppUrl: e.SMPP_URL,
    mailPace: e.MAIL_PACE,
    smsPace: e.SMS_PACE,
    pushPace: e.PUSH_PACE,
    pushContact: e.PUSH_CONTACT ?? (publicUrl.startsWith('https:') ? publicUrl : 'mailto:postmaster@localhost'),
    sipFailures: e.UIRAPURU_SIP_FAILURES,
    neverBlocked: e.UIRAPURU_NEVER_BLOCKED,
    alarmEmail: e.UIRAPURU_ALARM_EMAIL,
    outboxDays: e.UIRAPURU_OUTBOX_DAYS,
    radiusSourceAddress: e.RADIUS_SOURCE_ADDRESS,
    speechUrl: e.SPEECH_URL,
    erp: e.ERP,
    sgp: e.ERP === 'sgp' ? sgpOf(e) : undefined,
    hubsoft: e.ERP === 'hubsoft' ? hubsoftOf(e) : undefined,
  };
}

function sgpOf(e: z.infer<typeof environment>): SgpConfig {
  const { SGP_URL, SGP_TOKEN, SGP_APP } = e;
  const set = allOf('sgp', "the provider's SGP has it", { SGP_URL, SGP_TOKEN, SGP_APP });
  return {
    url: erpAddress('SGP_URL', set.SGP_URL, 'token and app have settings of their own', /\/(?:ws|api)(?:\/.*)?$/),
    token: set.SGP_TOKEN,
    app: set.SGP_APP,
    ticketType: e.SGP_TICKET_TYPE,
    orderReason: e.SGP_ORDER_REASON,
  };
}

function hubsoftOf(e: z.infer<typeof environment>): HubsoftConfig {
  const { HUBSOFT_URL, HUBSOFT_CLIENT_ID, HUBSOFT_CLIENT_SECRET, HUBSOFT_USERNAME, HUBSOFT_PASSWORD } = e;
  const needed = { HUBSOFT_URL, HUBSOFT_CLIENT_ID, HUBSOFT_CLIENT_SECRET, HUBSOFT_USERNAME, HUBSOFT_PASSWORD };
  const set = allOf('hubsoft', 'HubSoft gave it to the provider', needed);
  return {
    url: erpAddress(
      'HUBSOFT_URL',
      set.HUBSOFT_URL,
      'the credentials have settings of their own',
      /\/(?:oauth|api)(?:\/.*)?$/,
    ),
    clientId: set.HUBSOFT_CLIENT_ID,
    clientSecret: set.HUBSOFT_CLIENT_SECRET,
    username: set.HUBSOFT_USERNAME,
    password: set.HUBSOFT_PASSWORD,
    unlockDays: e.HUBSOFT_UNLOCK_DAYS,
    agentField: e.HUBSOFT_AGENT_FIELD,
    ticketType: e.HUBSOFT_TICKET_TYPE,
  };
}

/** The settings that an ERP needs. @throws AppError `invalid_configuration` that names those that are missing */
function allOf<Name extends string>(
  erp: string,
  where: string,
  settings: Readonly<Record<Name, string | undefined>>,
): Readonly<Record<Name, string>> {
  const missing = Object.entries(settings).filter(([, set]) => set === undefined);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(' and ');
    throw new AppError('invalid_configuration', `ERP is ${erp}: ${names} must be set too, as ${where}.`);
  }
  return settings as Readonly<Record<Name, string>>;
}

/** @param below what stands behind the provider's own part: who copies the address of a method gets what it is below */
function erpAddress(setting: string, address: string, instead: string, below: RegExp): string {
  const { origin, pathname, username, search } = new URL(address);
  if (username !== '' || search !== '') {
    throw new AppError('invalid_configuration', `${setting} must hold nothing but the address: ${instead}.`);
  }
  return `${origin}${pathname.replace(below, '').replace(/\/+$/, '')}`;
}

const tcpPorts = [
  'UIRAPURU_HTTP_PORT',
  'UIRAPURU_HTTPS_PORT',
  'UIRAPURU_SIP_PORT',
  'UIRAPURU_SIP_TLS_PORT',
  'UIRAPURU_WSS_PORT',
] as const;

/** Each of them is free when it is looked at before the start, so only here it is noticed that two are one. */
function refuseSharedPorts(settings: Readonly<Record<(typeof tcpPorts)[number], number>>): void {
  const byPort = Object.values(Object.groupBy(tcpPorts, (name) => settings[name]));
  const shared = byPort.find((names = []) => names.length > 1);
  const [first] = shared ?? [];
  if (shared === undefined || first === undefined) return;
  throw new AppError(
    'invalid_configuration',
    `${shared.join(' and ')} are both ${settings[first]}: each needs a port of its own.`,
  );
}

/** `X-API-TOKEN: abc|X-From: uirapuru`; undefined when it is not of this form. */
function readHeaders(setting: string): Record<string, string> | undefined {
  const lines = setting.split('|').map((line) => /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line));
  if (lines.includes(null)) return undefined;
  return Object.fromEntries(lines.map((line) => [line?.[1] ?? '', line?.[2] ?? '']));
}

function readPattern(setting: string): RegExp | undefined {
  try {
    return new RegExp(setting);
  } catch {
    return undefined; // The schema says what it must be.
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The address we listen on, as a URL; where that is every card of the machine, the machine's name. */
function ownUrl(bind: string, port: number): string {
  if (bind === '0.0.0.0' || bind === '::') return `http://${hostname()}:${port}`;
  return `http://${bind.includes(':') ? `[${bind}]` : bind}:${port}`;
}

/** Whether an address can only be reached from this machine. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
