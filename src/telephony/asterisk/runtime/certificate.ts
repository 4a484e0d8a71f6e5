import { existsSync } from 'node:fs';
import { access, constants, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { AppError } from '../../../kernel/errors.ts';

export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Whose certificate it is. */
interface Owner {
  readonly home: string;
  readonly bind: string;
  /** The operator's own. */
  readonly certificate?: CertificateFiles | undefined;
}

/**
 * The certificate for SIP over TLS, WSS and HTTPS: the operator's own, or the home's in `<home>/tls`, self-signed when there
 * is none; an administrator may replace those two files with real ones.
 * @throws AppError `invalid_configuration` when the operator's cannot be read
 */
export async function ensureCertificate({ home, bind, certificate }: Owner): Promise<CertificateFiles> {
  if (certificate !== undefined) return readable(certificate);
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

async function readable(files: CertificateFiles): Promise<CertificateFiles> {
  const settings = { UIRAPURU_TLS_CERTIFICATE: files.certificate, UIRAPURU_TLS_KEY: files.privateKey };
  for (const [setting, path] of Object.entries(settings)) {
    try {
      await access(path, constants.R_OK);
    } catch (error) {
      const sentence = `${setting} is ${path}, which cannot be read. Let the user that Uirapuru runs as read it.`;
      throw new AppError('invalid_configuration', sentence, { setting, path }, error);
    }
  }
  return files;
}

async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
