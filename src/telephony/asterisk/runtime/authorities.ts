import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { AppError } from '../../../kernel/errors.ts';

/**
 * Whom a trunk's server may be vouched for by: Mozilla's authorities, as Node.js carries them, and the operator's own.
 * @param own a PEM file
 * @returns PEM
 * @throws AppError `invalid_configuration`
 */
export async function trustedAuthorities(own: string | undefined): Promise<string> {
  const everybodys = `${rootCertificates.join('\n')}\n`;
  if (own === undefined) return everybodys;
  const text = await readFile(own, 'utf8').catch((error: unknown) => {
    throw new AppError('invalid_configuration', `UIRAPURU_TLS_AUTHORITIES is ${own}, which cannot be read.`, {}, error);
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new AppError(
      'invalid_configuration',
      `UIRAPURU_TLS_AUTHORITIES is ${own}, which holds no certificate in PEM.`,
    );
  }
  return everybodys + text;
}
