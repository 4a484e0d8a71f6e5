import { createServer } from 'node:https';
import type { Registry } from 'prom-client';
import { readCertificate, watchCertificate } from './certificate-watch.ts';
import type { Config } from './config.ts';
import type { HttpApp } from './console-api/plugin.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import type { AriAddress } from './telephony/asterisk/ari-connection.ts';
import { ensureCertificate } from './telephony/asterisk/runtime/certificate.ts';

interface Parts {
  readonly config: Config;
  readonly http: HttpApp;
  readonly asterisk: AriAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
}

/** The same routes over TLS, with the certificate of the home, which is watched for Asterisk's sake, too. */
export async function listenHttps({ config, http, ...parts }: Parts): Promise<{ close(): void }> {
  const files = await ensureCertificate(config, parts.clock.now());
  const { cert, key } = await readCertificate(files);
  const server = createServer({ cert, key }, (request, response) => http.routing(request, response));
  server.on('upgrade', (request, socket, head) => http.server.emit('upgrade', request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.httpsPort, config.bind, resolve);
  });
  const watch = watchCertificate({ ...parts, config, files, take: (renewed) => server.setSecureContext(renewed) });
  return {
    close() {
      watch.stop();
      server.close();
    },
  };
}
