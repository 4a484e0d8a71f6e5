import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { Config } from './config.ts';
import type { HttpApp } from './console-api/plugin.ts';
import { ensureCertificate } from './telephony/asterisk/runtime/certificate.ts';

/** The same routes over TLS, with the certificate of the home. */
export async function listenHttps(config: Config, http: HttpApp): Promise<Server> {
  const files = await ensureCertificate(config);
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.privateKey)]);
  const server = createServer({ cert, key }, (request, response) => http.routing(request, response));
  server.on('upgrade', (request, socket, head) => http.server.emit('upgrade', request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.httpsPort, config.bind, resolve);
  });
  return server;
}
