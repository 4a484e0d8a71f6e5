import { unavailable } from '../kernel/outcome.ts';

/** Why a provider's ERP gave no answer to read. */
export type Trouble =
  | 'not_sent'
  | 'unreachable'
  | 'given_up'
  | 'lost'
  | 'no_token'
  | 'refused_credentials'
  | 'no_such_method'
  | 'refused_request'
  | 'redirected'
  | 'server_error'
  | 'not_json'
  | 'too_large'
  | 'not_understood';

/** For whoever looks after the installation: what is the matter, and what to do. */
export type TroubleSentences = Readonly<Record<Trouble, string>>;

/**
 * @param erp its name
 * @param address the setting that holds its address
 * @param credentials the settings that hold ours
 * @param path what an address must not hold
 */
export function troubleSentences(erp: string, address: string, credentials: string, path: string): TroubleSentences {
  return {
    not_sent: 'The request was given up before it was sent.',
    unreachable: `${erp} cannot be reached: check the address in ${address}, the network and the certificate.`,
    given_up: `${erp} did not answer in time.`,
    lost: `The connection to ${erp} broke before the answer was whole.`,
    no_token: `${erp} gives us no access token.`,
    refused_credentials: `${erp} refuses the credentials: check ${credentials}.`,
    no_such_method: `${erp} does not know this method: check the path in ${address} (${path}).`,
    refused_request: `${erp} refuses the request as it is.`,
    redirected: `${erp} leads to another page (its login page?) instead of answering: check the address in ${address}.`,
    server_error: `${erp} failed inside.`,
    not_json: `${erp} answered with something else than JSON, such as a page in HTML.`,
    too_large: `The answer of ${erp} is longer than 1 MB.`,
    not_understood: `The answer of ${erp} lacks what it must hold.`,
  };
}

/** After these the request has certainly changed nothing: it was not sent, or it was turned away at the door. */
const harmless: readonly Trouble[] = [
  'not_sent',
  'unreachable',
  'no_token',
  'refused_credentials',
  'no_such_method',
  'refused_request',
];
/** After these a lookup may be worth a second try. */
const passing: readonly Trouble[] = ['not_sent', 'unreachable', 'no_token', 'lost', 'server_error'];

/** What a lookup in trouble comes to. */
export function lookupInTrouble(trouble: Trouble, sentences: TroubleSentences) {
  if (trouble === 'given_up') return unavailable('timeout', sentences[trouble]);
  return unavailable(passing.includes(trouble) ? 'down' : 'malformed_answer', sentences[trouble]);
}

/** What an act in trouble comes to: `down` only when it certainly was not done. */
export function actInTrouble(trouble: Trouble, sentences: TroubleSentences) {
  return unavailable(harmless.includes(trouble) ? 'down' : 'unknown', sentences[trouble]);
}

/** The trouble that an HTTP status other than 200 means. */
export function troubleOfStatus(status: number): Trouble | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 401 || status === 403) return 'refused_credentials';
  if (status === 404 || status === 405) return 'no_such_method';
  return status < 500 ? 'refused_request' : 'server_error';
}

/** Only these mean that no connection came about; any other failure may have come after the request was read. */
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

/** The trouble that a failed request means, by its code. */
export function troubleOfFailure(error: unknown, isGivenUp: boolean): Trouble {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (beforeSending.test(code)) return 'unreachable';
  if (isGivenUp) return 'given_up';
  return code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? 'too_large' : 'lost';
}
