import { readFileSync } from 'node:fs';
import { AppError } from '../kernel/errors.ts';

/**
 * The certificate authorities (PEM) that a server's URL asks to be believed, in the place of the public ones: its parameter
 * `ca` names the file. Certificates are always checked.
 * @throws AppError `invalid_configuration` when the file cannot be read
 */
export function certificateAuthority(server: URL): { readonly ca?: string } {
  const file = server.searchParams.get('ca');
  if (file === null) return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new AppError(
      'invalid_configuration',
      `The file of certificate authorities for ${server.host} cannot be read: ${file}.`,
      {},
      error,
    );
  }
}
