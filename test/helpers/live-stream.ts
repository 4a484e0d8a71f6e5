import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Registry } from 'prom-client';
import { createGate } from '../../src/access/gate.ts';
import { createAccess } from '../../src/access/service.ts';
import { serveLive } from '../../src/console-api/live.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { AppError, errorTable } from '../../src/kernel/errors.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createLiveFeed } from '../../src/live/service.ts';
import { createScreens } from '../../src/screen-pop/service.ts';
import type { TestProvider } from './isp.ts';
import { LiveClient } from './live-client.ts';

const wide = { appPerSecond: 1e6, originPerSecond: 1e6, failuresPerMinute: 1e6 };

/** One control plane's live stream over a test's provider. */
export async function liveStream(isp: Pick<TestProvider, 'url' | 'provider'>, options: { pingEveryMs?: number } = {}) {
  const { db, tenantId, clock } = isp.provider;
  const access = createAccess({ db, clock, ids: systemIds, withDemo: true });
  const gate = createGate({ access, limits: wide, logger: silentLogger, metrics: new Registry() });
  const screens = createScreens(isp.provider);
  const feed = createLiveFeed({ db, databaseUrl: isp.url, clock: systemClock, logger: silentLogger });
  const app = fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof AppError ? errorTable[error.code].http : 400).send({}),
  );
  const metrics = new Registry();
  await serveLive(app, { db, access, gate, feed, screens, logger: silentLogger, metrics, ...options });
  feed.start();
  const base = (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  const token = await access.issueToken(tenantId, 'api', systemIds.uuid());
  const url = (query: string) => `${base}/api/live?${query}`;
  return {
    app,
    access,
    screens,
    token,
    url,
    /** An agent's program on an extension, which has heard how things stand. */
    listen: (extension: string, after?: number) =>
      LiveClient.open(url(`extension=${extension}${after === undefined ? '' : `&after=${after}`}`), { token }),
    async close() {
      await app.close();
      await feed.stop();
    },
  };
}

/** Puts extensions into a test's exchange. */
export async function addExtensions(
  { db, tenantId }: TestProvider['provider'],
  extensions: readonly { readonly number: string; readonly internalId?: string }[],
): Promise<void> {
  const rows = extensions.map(({ number, internalId }) => ({
    tenant_id: tenantId,
    number,
    password: 'secret-word',
    internal_id: internalId ?? null,
  }));
  await db.insertInto('extension').values(rows).execute();
}
