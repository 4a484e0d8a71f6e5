import { AppError } from '../../../kernel/errors.ts';
import type { AriAddress } from './asterisk-process.ts';

/**
 * ARI of an Asterisk elsewhere.
 * @param url `ASTERISK_ARI_URL`, such as `http://user:password@10.0.0.5:8088/ari`
 * @throws AppError `invalid_configuration` when it lacks user or password
 */
export function externalAri(url: string): AriAddress {
  const parsed = new URL(url);
  if (parsed.username === '' || parsed.password === '') {
    throw new AppError(
      'invalid_configuration',
      'ASTERISK_ARI_URL needs a user and a password of its ari.conf, such as http://user:password@10.0.0.5:8088/ari.',
    );
  }
  const path = parsed.pathname === '/' ? '/ari' : parsed.pathname.replace(/\/+$/, '');
  return {
    ariUrl: `${parsed.origin}${path}`,
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
  };
}
