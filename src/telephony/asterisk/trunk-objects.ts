import type { Trunk } from '../../exchange/schemas.ts';
import { deskAgreement, deskCodecs, encryptionOf } from './codecs.ts';
import { accountCode, trunkEndpoint } from './names.ts';
import { goneAfterSeconds, goneOnHoldAfterSeconds, type Objects } from './provisioning.ts';
import { dialplan } from './runtime/dialplan.ts';

/** How often a trunk is asked whether it is there (OPTIONS), in seconds. */
const askedEverySeconds = 30;
const retryAfterSeconds = 30;
/** After a refused password: a carrier may block an address that goes on trying. */
const retryAfterRefusalSeconds = 300;

/**
 * What Asterisk should hold for a trunk. Calls that come from its addresses are its, and end in the dialplan's context of
 * trunks; it is never asked for a password. Our names in SIP addresses are of letters, digits and `._+-` (schemas).
 */
export function trunkObjects(trunk: Trunk, tenantId: number): Objects {
  const { host, port, username, password } = trunk;
  const name = trunkEndpoint(trunk.id);
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`;
  const server = `sip:${host}:${port}${transport}`;
  const hasAccount = username !== null && password !== null;
  return {
    ...(hasAccount && { auth: { auth_type: 'userpass', username, password } }),
    aor: { contact: server, qualify_frequency: String(askedEverySeconds) },
    ...(trunk.registers &&
      hasAccount && {
        registration: {
          server_uri: server,
          client_uri: `sip:${username}@${host}:${port}${transport}`,
          // What the other side calls us by; where it gives no number of ours, this is what was called.
          contact_user: trunk.ownNumbers[0]?.slice(1) ?? username,
          outbound_auth: name,
          retry_interval: String(retryAfterSeconds),
          forbidden_retry_interval: String(retryAfterRefusalSeconds),
          max_retries: '100000000',
          max_random_initial_delay: '0',
        },
      }),
    identify: { endpoint: name, match: [host, ...trunk.addresses].join(',') },
    endpoint: {
      context: dialplan.fromTrunk,
      accountcode: accountCode(tenantId),
      disallow: 'all',
      allow: deskCodecs,
      ...deskAgreement,
      ...encryptionOf(trunk.mediaEncryption),
      aors: name,
      ...(hasAccount && { outbound_auth: name }),
      ...(trunk.shownIn === 'asserted' && username !== null && { from_user: username }),
      from_domain: host,
      // RFC 3325: the number that is shown, whatever stands in From.
      send_pai: 'yes',
      trust_id_inbound: 'yes',
      identify_by: 'ip',
      // RFC 4733 with whoever offers it; of others the tones are listened for.
      dtmf_mode: 'auto',
      direct_media: 'no',
      rtp_symmetric: 'yes',
      force_rport: 'yes',
      rewrite_contact: 'yes',
      allow_subscribe: 'no',
      allow_transfer: 'no',
      rtp_timeout: String(goneAfterSeconds),
      rtp_timeout_hold: String(goneOnHoldAfterSeconds),
    },
  };
}
