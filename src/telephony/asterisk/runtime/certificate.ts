import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * The home's certificate for WSS and HTTPS, in `<home>/tls`. Self-signed when there is none; an administrator replaces
 * the two files with real ones.
 */
export async function ensureCertificate(home: string, bind: string): Promise<CertificateFiles> {
  const folder = join(home, 'tls');
  const files = { certificate: join(folder, 'certificate.pem'), privateKey: join(folder, 'private-key.pem') };
  if (existsSync(files.certificate) && existsSync(files.privateKey)) return files;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + 10);
  const made = await generate([{ name: 'commonName', value: 'uirapuru' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    curve: 'P-256',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...[...new Set(['127.0.0.1', '::1', bind])]
            .filter((ip) => ip !== '0.0.0.0' && ip !== '::')
            .map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  // The certificate last: a start killed between the two makes both again.
  await replace(files.privateKey, made.private);
  await replace(files.certificate, made.cert);
  return files;
}

async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
