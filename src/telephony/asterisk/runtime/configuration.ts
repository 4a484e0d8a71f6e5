import { endsMapping } from '../channel-ends.ts';
import { renderDialplan } from './dialplan.ts';
import { asteriskModules, optionalAsteriskModules } from './modules.ts';
import type { Outside } from './outside.ts';
import { ownMusicFile } from './own-music.ts';

/** What one home's Asterisk is made of. Paths are absolute, `ariPort` is on 127.0.0.1. */
export interface AsteriskPlace {
  /** Generated files; read by Asterisk, never by anyone else. */
  readonly etc: string;
  /** Sounds, music, XML documentation. */
  readonly data: string;
  readonly modules: string;
  /** AstDB: what was pushed over ARI, and who is registered. */
  readonly database: string;
  readonly spool: string;
  readonly logs: string;
  /** Socket and pid file: a short path. */
  readonly run: string;
  /** Into which it writes how each channel ended. */
  readonly endsFile: string;
  readonly music: string;
  /** The folder of music of the house's own. */
  readonly ownMusic: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly ariPort: number;
  readonly ariPassword: string;
  readonly bind: string;
  readonly sipPort: number;
  readonly sipTlsPort: number;
  readonly wssPort: number;
  readonly rtpPorts: { readonly first: number; readonly last: number };
  /** PEM: whom a trunk's server may be vouched for by. */
  readonly trustedAuthorities: string;
  readonly verifyTrunks: boolean;
  readonly outside: Outside;
  /** How many files the process may open: two sockets a leg. */
  readonly maxFiles: number;
}

/**
 * Each request of SIP looks its endpoint up, which takes reading SQLite and a hundred settings each time unless it is
 * remembered. What is PUT over ARI changes the memory too. `full_backend_cache`: for every AOR that is made Asterisk goes
 * through all endpoints, which from SQLite took 0.2 s with a thousand of them; while such work waits in a queue of 500,
 * Asterisk answers no phone at all. Asterisk 22.10.1 crashes without any option here.
 */
const objectCache = 'memory_cache,maximum_objects=20000,full_backend_cache=yes';

/**
 * Addresses of one cable (RFC 4291 section 2.5.6), of which browsers are not told: there Asterisk answers ICE's checks, but
 * throws the DTLS that follows away ("Source not in ICE active candidate list", seen with 22.10.1), whose source it knows with
 * a zone and looks for without one. Whoever's checks got through there first would never hear anybody.
 */
const linkLocal = 'fe80::/10';

const authoritiesFile = 'authorities.pem';

/** ARI's user for the control plane. */
export const ariUser = 'uirapuru';

/** Every file of Asterisk's configuration folder, by name. */
export function renderConfiguration(place: AsteriskPlace): Record<string, string> {
  const address = place.bind.includes(':') ? `[${place.bind}]` : place.bind;
  const transport = (protocol: string, bind: string, more: Section[1] = {}): Section => [
    `transport-${protocol}`,
    { type: 'transport', protocol, bind, ...place.outside.transport, ...more },
  ];
  const files: Record<string, readonly Section[]> = {
    'asterisk.conf': [
      [
        'directories',
        {
          astetcdir: place.etc,
          astmoddir: place.modules,
          astvarlibdir: place.data,
          astdbdir: place.database,
          astkeydir: place.data,
          astdatadir: place.data,
          astagidir: `${place.data}/agi-bin`,
          astspooldir: place.spool,
          astrundir: place.run,
          astlogdir: place.logs,
          astsbindir: place.data,
        },
      ],
      [
        'options',
        {
          systemname: 'uirapuru',
          live_dangerously: 'no',
          hideconnect: 'yes',
          nocolor: 'yes',
          defaultlanguage: 'pt_BR',
          maxfiles: place.maxFiles,
          // Fixed prompts are short and few, and are read from memory at the second use.
          cache_media_frames: 'yes',
        },
      ],
    ],
    'logger.conf': [
      ['general', { dateformat: '%F %T.%3q', rotatestrategy: 'rotate', logger_queue_limit: 1000, queue_log: 'no' }],
      // Who was refused and who was let in, for whoever blocks addresses that guess (`guessing.ts`).
      ['logfiles', { 'messages.log': 'notice,warning,error', 'security.log': '[json]security' }],
    ],
    'http.conf': [
      [
        'general',
        {
          enabled: 'yes',
          bindaddr: '127.0.0.1',
          bindport: place.ariPort,
          enable_static: 'no',
          enable_status: 'no',
          // Each browser phone holds one session for as long as it is registered.
          sessionlimit: 2000,
          session_keep_alive: 60_000,
          tlsenable: 'yes',
          tlsbindaddr: `${address}:${place.wssPort}`,
          tlscertfile: place.certificate,
          tlsprivatekey: place.privateKey,
          tlsdisablev11: 'yes',
        },
      ],
      // The TLS port is for phones (/ws). It would serve ARI too, so ARI is open to this machine alone.
      ['/ari', { type: 'restriction', deny: '0.0.0.0/0,::/0', permit: '127.0.0.1' }],
    ],
    'ari.conf': [
      ['general', { enabled: 'yes', pretty: 'no', websocket_write_timeout: 1000 }],
      [ariUser, { type: 'user', read_only: 'no', password_format: 'plain', password: place.ariPassword }],
    ],
    'pjsip.conf': [
      [
        'global',
        { type: 'global', user_agent: 'Uirapuru', endpoint_identifier_order: 'ip,username', default_realm: 'uirapuru' },
      ],
      ['system', { type: 'system', disable_tcp_switch: 'yes' }],
      transport('udp', `${address}:${place.sipPort}`),
      transport('tcp', `${address}:${place.sipPort}`),
      transport('tls', `${address}:${place.sipTlsPort}`, {
        cert_file: place.certificate,
        priv_key_file: place.privateKey,
        method: 'tlsv1_2',
        ca_list_file: `${place.etc}/${authoritiesFile}`,
        verify_server: place.verifyTrunks ? 'yes' : 'no',
        allow_wildcard_certs: 'yes',
      }),
      transport('wss', `${address}:${place.wssPort}`),
    ],
    // Objects are PUT over ARI, are in effect at once, and outlive Asterisk's restarts.
    'sorcery.conf': [
      [
        'res_pjsip',
        {
          'endpoint/cache': objectCache,
          endpoint: 'astdb,ps_endpoints',
          'auth/cache': objectCache,
          auth: 'astdb,ps_auths',
          'aor/cache': objectCache,
          aor: 'astdb,ps_aors',
        },
      ],
      // Looked through at each message; which addresses are blocked is kept in the database.
      ['acl', { acl: 'memory' }],
      ['res_pjsip_endpoint_identifier_ip', { identify: 'astdb,ps_identifies' }],
      ['res_pjsip_outbound_registration', { registration: 'astdb,ps_registrations' }],
    ],
    'rtp.conf': [
      [
        'general',
        {
          rtpstart: place.rtpPorts.first,
          rtpend: place.rtpPorts.last,
          strictrtp: 'yes',
          icesupport: 'yes',
          ice_deny: linkLocal,
          ...(place.outside.stunServer === undefined ? {} : { stunaddr: place.outside.stunServer }),
        },
      ],
      ['ice_host_candidates', place.outside.candidates],
    ],
    // Brazil's tones: 425 Hz.
    'indications.conf': [
      ['general', { country: 'br' }],
      [
        'br',
        {
          description: 'Brazil',
          ringcadence: '1000,4000',
          dial: '425',
          busy: '425/250,0/250',
          ring: '425/1000,0/4000',
          congestion: '425/250,0/250,425/750,0/250',
          callwaiting: '425/50,0/1000',
          dialrecall: '350+440',
          record: '425/250,0/250',
          info: '950/330,1400/330,1800/330',
          stutter: '350+440',
        },
      ],
    ],
    // What nobody listens to is not even made: every key has a beginning besides its end.
    'stasis.conf': [['declined_message_types', { decline: unheardMessages.join(',') }]],
    // Asterisk's own `*8` would take the number before we hear of it.
    'features.conf': [['general', { pickupexten: '' }]],
    // The call log is ours.
    'cdr.conf': [['general', { enable: 'no' }]],
    // But for how channels end: nobody may listen when they do.
    'cel.conf': [['general', { enable: 'yes', events: 'HANGUP' }]],
    'cel_custom.conf': [['mappings', { [place.endsFile]: endsMapping }]],
    'manager.conf': [['general', { enabled: 'no' }]],
  };
  return {
    ...Object.fromEntries(
      Object.entries(files).map(([name, sections]) => [name, sections.map(renderSection).join('\n')]),
    ),
    ...Object.fromEntries(leftAtDefaults.map((name) => [`${name}.conf`, '; The defaults are right.\n'])),
    'musiconhold.conf': `${renderSection(['default', { mode: 'files', directory: place.music, sort: 'alpha' }])}#tryinclude "${plain(place.ownMusic)}/${ownMusicFile}"\n`,
    'modules.conf': renderModules(),
    [authoritiesFile]: place.trustedAuthorities,
    'extensions.conf': renderDialplan(),
  };
}

/** Stasis messages that none of the events we use is made of. */
const unheardMessages = [
  'ast_channel_dtmf_begin_type',
  'ast_channel_varset_type',
  'ast_channel_moh_start_type',
  'ast_channel_moh_stop_type',
];

/** Asterisk complains of each of these at every start unless the file is there. */
const leftAtDefaults = ['acl', 'amd', 'ccss', 'pjproject', 'udptl', 'websocket_client'];

/** `require`: Asterisk ends at once, saying why, when a module cannot be loaded, and never takes calls half able. */
function renderModules(): string {
  const lines = [
    ...asteriskModules.map((name) => `require = ${name}.so`),
    ...optionalAsteriskModules.map((name) => `load = ${name}.so`),
  ];
  return `[modules]\nautoload = no\n${lines.join('\n')}\n`;
}

/** A setting may be given several times. */
type Section = readonly [name: string, settings: Readonly<Record<string, string | number | readonly string[]>>];

function renderSection([name, settings]: Section): string {
  const lines = Object.entries(settings).flatMap(([key, value]) =>
    (typeof value === 'object' ? value : [value]).map((one) => `${key} = ${plain(one)}`),
  );
  return `[${name}]\n${lines.join('\n')}\n`;
}

/** A value that stays one value: a line end would begin another setting, and `;` a comment unless escaped. */
function plain(value: string | number): string {
  const text = String(value);
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Error(`A setting of Asterisk cannot hold ${JSON.stringify(text)}`);
  return text.replaceAll(';', '\\;');
}
