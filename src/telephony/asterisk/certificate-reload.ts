import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';

/** SIP over TLS, and the HTTP server that carries WSS. */
const modules = ['res_pjsip.so', 'http'];

const deadlineMs = 5_000;

/**
 * Makes Asterisk read the files of its certificate again, which must have the names it was started with. It is shown to
 * whoever connects from then on; phones that are connected stay so (Asterisk 22.10.1: `pjsip_tls_transport_restart`).
 * @throws AppError `telephony_unavailable`
 */
export async function reloadCertificate(address: AriAddress): Promise<void> {
  const ari = new AriHttp(address);
  for (const moduleName of modules) await ari.ask('PUT /asterisk/modules/{moduleName}', { path: { moduleName } });
}

/** The certificate that is shown to whoever connects over TLS. @throws what the connection fails of */
export function shownCertificate(host: string, port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: deadlineMs });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`No certificate was shown at ${host}:${port}`)));
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate();
      socket.destroy();
      if (shown === undefined) reject(new Error(`No certificate was shown at ${host}:${port}`));
      else resolve(shown);
    });
  });
}
