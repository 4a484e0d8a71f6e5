import { X509Certificate } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

const commonName = 'uirapuru';
const validYears = 10;
/** So long before its end our own is made anew. */
const renewedBeforeMs = 30 * 86_400_000;

/**
 * The certificate for SIP over TLS, WSS and HTTPS: the operator's own, or the home's in `<home>/tls`, self-signed when there
 * is none, and again a month before that ends; an administrator may replace those two files with real ones.
 * @throws AppError `invalid_configuration` when the operator's cannot be read
 */
export async function ensureCertificate(
  { home, bind, certificate }: Owner,
  now = new Date(),
): Promise<CertificateFiles> {
  if (certificate !== undefined) return readable(certificate);
  const folder = join(home, 'tls');
  const files = { certificate: join(folder, 'certificate.pem'), privateKey: join(folder, 'private-key.pem') };
  if (await isGoodFor(files, now)) return files;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const notAfterDate = new Date(now);
  notAfterDate.setFullYear(notAfterDate.getFullYear() + validYears);
  // Its cryptography takes a tenth of a second to load, which a start with a certificate need not wait for.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: commonName }], {
    algorithm: 'sha256',
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate: now,
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

/** Whether the home has a certificate that need not be made; what is not ours is never made anew. */
async function isGoodFor(files: CertificateFiles, now: Date): Promise<boolean> {
  const [certificate, privateKey] = await Promise.all([contentOf(files.certificate), contentOf(files.privateKey)]);
  if (certificate === undefined || privateKey === undefined) return false;
  const read = parsed(certificate);
  const isOurs = read !== undefined && read.subject === `CN=${commonName}` && read.issuer === read.subject;
  return !isOurs || read.validToDate.getTime() - now.getTime() > renewedBeforeMs;
}

function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Undefined: it is no certificate, which whoever uses it finds, and says. */
function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
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
