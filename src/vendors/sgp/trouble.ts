import { unavailable } from '../../kernel/outcome.ts';

/** Why there is no answer to read. Each has a sentence for whoever looks after the installation. */
export const troubles = {
  not_sent: 'The request was given up before it was sent.',
  unreachable: 'SGP cannot be reached: check the address in SGP_URL, the network and the certificate.',
  given_up: 'SGP did not answer in time.',
  lost: 'The connection to SGP broke before the answer was whole.',
  refused_credentials: 'SGP refuses the credentials: check SGP_TOKEN and SGP_APP (capitals count).',
  no_such_method:
    'SGP does not know this method: check the path in SGP_URL (the address of the provider, without /ws or /api).',
  refused_request: 'SGP refuses the request as it is.',
  redirected: 'SGP leads to another page (its login page?) instead of answering: check the address in SGP_URL.',
  server_error: 'SGP failed inside.',
  not_json: 'SGP answered with something else than JSON, such as a page in HTML.',
  too_large: 'The answer of SGP is longer than 1 MB.',
  not_understood: 'The answer of SGP lacks what it must hold.',
} as const;
export type Trouble = keyof typeof troubles;

/** After these the request has certainly changed nothing: it was not sent, or it was turned away at the door. */
const harmless: readonly Trouble[] = [
  'not_sent',
  'unreachable',
  'refused_credentials',
  'no_such_method',
  'refused_request',
];
/** After these a lookup may be worth a second try. */
const passing: readonly Trouble[] = ['not_sent', 'unreachable', 'lost', 'server_error'];

/** What a lookup in trouble comes to. */
export function lookupIn(trouble: Trouble) {
  if (trouble === 'given_up') return unavailable('timeout', troubles[trouble]);
  return unavailable(passing.includes(trouble) ? 'down' : 'malformed_answer', troubles[trouble]);
}

/** What an act in trouble comes to: `down` only when it certainly was not done. */
export function actIn(trouble: Trouble) {
  return unavailable(harmless.includes(trouble) ? 'down' : 'unknown', troubles[trouble]);
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
