import { AppError } from '../../kernel/errors.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';

/** The one ACL of PJSIP that we keep. It is looked through before anything else is done with a request. */
const path = { configClass: 'res_pjsip', objectType: 'acl', id: 'blocked' };
const object = 'PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}';

/**
 * Makes Asterisk refuse (403) every request from some networks, and from no others, at once. It forgets them when it is
 * started again.
 * @returns a function that rejects with AppError `telephony_unavailable`
 */
export function createBlockedNetworks(address: AriAddress): (networks: readonly string[]) => Promise<void> {
  const ari = new AriHttp(address);
  return async (networks) => {
    await ari
      .ask('DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}', { path })
      .catch(ignore((error) => error.code === 'not_found'));
    if (networks.length === 0) return;
    const deny = networks
      .map((network) => (network.includes('/') ? network : `${network}${allBitsOf(network)}`))
      .join(',');
    // An ACL that was made cannot be shown again (Asterisk 22.10.1), and that is what the answer complains of.
    await ari
      .ask(object, { path, body: { fields: [{ attribute: 'deny', value: deny }] } })
      .catch(ignore((error) => error.details['status'] === 500));
  };
}

function allBitsOf(address: string): string {
  return address.includes(':') ? '/128' : '/32';
}

function ignore(isNothing: (error: AppError) => boolean): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof AppError) || !isNothing(error)) throw error;
  };
}
