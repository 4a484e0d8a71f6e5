import { createAccess } from '../access/service.ts';
import { readConfig } from '../config.ts';
import { AppError, type ErrorCode, errorTable } from '../kernel/errors.ts';
import type { HomeParts } from './home-command.ts';

/** Asks the system that runs on this home. @returns what its API answers. @throws AppError as the API has it */
export type AskRunning = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/** What can only be done by who holds the calls is asked of the own API, with a token that is made for this and taken away. */
export function runningSystem(home: HomeParts, tenantId: number): AskRunning {
  const access = createAccess({ ...home, withDemo: true });
  return async (method, path, body) => {
    const { bind, httpPort } = readConfig(process.env);
    const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${httpPort}${path}`;
    const name = `command ${home.ids.uuid()}`;
    const token = await access.issueToken(tenantId, 'api', name, { role: 'administrator' });
    try {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }).catch(
        (error: unknown) => {
          throw new AppError('missing_part', 'The system does not run. Start it with npm start.', { url }, error);
        },
      );
      const answer: unknown = await response.json();
      if (!response.ok) throw errorOf(answer);
      return answer;
    } finally {
      await access.revoke(tenantId, 'api', name);
    }
  };
}

function errorOf(answer: unknown): AppError {
  const { code = '', message = '' } = (answer as { error?: { code?: string; message?: string } }).error ?? {};
  return new AppError(code in errorTable ? (code as ErrorCode) : 'internal', message || 'The system gave no answer.');
}
