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

/**
 * Makes sure that an Asterisk elsewhere answers.
 * @returns its version
 * @throws AppError `telephony_unavailable`
 */
export async function assertAriAnswers({ ariUrl, user, password }: AriAddress): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  try {
    const response = await fetch(`${ariUrl}/asterisk/info`, {
      headers: { authorization },
      signal: AbortSignal.timeout(3_000),
    });
    if (response.status === 401) throw new Error('it refuses user and password');
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    const info = (await response.json()) as { system?: { version?: string } };
    return info.system?.version ?? 'of unknown version';
  } catch (error) {
    throw new AppError(
      'telephony_unavailable',
      `The Asterisk of ASTERISK_ARI_URL does not answer (${reasonOf(error as Error)}). Start it with ARI enabled, correct ASTERISK_ARI_URL, or unset it.`,
      {},
      error,
    );
  }
}

/** What `fetch` itself says is only "fetch failed". */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
