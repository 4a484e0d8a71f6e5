import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { recordingDays, recordingRuleKind, recordingSummary } from '../calls/schemas.ts';
import type { Recordings } from '../calls/service.ts';
import { AppError } from '../kernel/errors.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const call = z.object({ id: z.uuid() });
const number = z.string().regex(/^\d{1,10}$/);
/** A name as recordings have it, and which of its files. */
const file = /^(\d{4}\/\d{2}\/\d{2}\/[0-9A-Za-z.-]{1,200})\.(wav|gsm)$/;
const settings = z.object({ days: recordingDays });

/**
 * `GET /api/recording-rules`, `PUT` and `DELETE /api/recording-rules/:extension`, `…/trunk/:id` and `…/queue/:number`: whose
 * talks are recorded.
 * `GET` and `PUT /api/recording-settings`: for how many days.
 * `POST /api/calls/:id/recording`: records a talk that goes on, pauses or resumes its recording.
 * `GET /api/calls/:id/recordings`, `GET /api/recordings/<name>.wav` and `.gsm`: what is stored of a call, and its files.
 * `PUT` and `DELETE /api/calls/:id/recording/hold`: keeps a call's recordings beyond the tenant's days, or no longer.
 */
export function recordingRoutes(app: TypedApp, gate: Gate, recordingsOf: (tenantId: number) => Recordings): void {
  const rules = z.object({
    extensions: z.array(z.string()),
    trunks: z.array(z.string()),
    queues: z.array(z.string()),
  });
  app.get('/recording-rules', { schema: { security, response: { 200: rules } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    const all = await recordingsOf(tenantId).rules.list();
    const [extensions = [], trunks = [], queues = []] = recordingRuleKind.options.map((kind) =>
      all.filter((rule) => rule.kind === kind).map(({ subject }) => subject),
    );
    return { extensions, trunks, queues };
  });
  app.get('/recording-settings', { schema: { security, response: { 200: settings } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { days: await recordingsOf(tenantId).rules.days() };
  });
  const setting = { security, body: settings, response: { 200: settings } };
  app.put('/recording-settings', { schema: setting }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await recordingsOf(tenantId).rules.setDays(request.body.days);
    return request.body;
  });
  const act = z.object({ act: z.enum(['record', 'pause', 'resume']) });
  app.post(
    '/calls/:id/recording',
    { schema: { security, params: call, body: act, response: { 200: z.object({ name: z.string().nullable() }) } } },
    async (request) => {
      const { tenantId } = await admitBearer(gate, request);
      const recordings = recordingsOf(tenantId);
      const { id } = request.params;
      if (request.body.act === 'record') return { name: await recordings.begin(id) };
      await recordings.mute(id, request.body.act === 'pause');
      return { name: recordings.liveName(id) ?? null };
    },
  );
  const list = z.object({ recordings: z.array(recordingSummary) });
  app.get('/calls/:id/recordings', { schema: { security, params: call, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { recordings: await recordingsOf(tenantId).list(request.params.id) };
  });
  const named = z.object({ '*': z.string() });
  app.get('/recordings/*', { schema: { security, params: named } }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request);
    const [, name, kind] = file.exec(request.params['*']) ?? [];
    const found =
      name === undefined ? undefined : await recordingsOf(tenantId).open(name, kind === 'wav' ? 'wav' : 'gsm');
    if (found === undefined) throw new AppError('not_found', 'There is no recording of this name that is over.');
    return reply
      .type(kind === 'wav' ? 'audio/wav' : 'audio/x-gsm')
      .header('cache-control', 'private, no-store')
      .header('content-length', found.bytes)
      .send(found.stream);
  });
  for (const [method, isWanted] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    for (const [kind, path] of [
      ['extension', ''],
      ['trunk', 'trunk/'],
      ['queue', 'queue/'],
    ] as const) {
      app.route({
        method,
        url: `/recording-rules/${path}:subject`,
        schema: { security, params: z.object({ subject: number }), response: { 204: z.void() } },
        handler: async (request, reply) => {
          const { tenantId } = await admitBearer(gate, request, 'administrator');
          await recordingsOf(tenantId).rules.set({ kind, subject: request.params.subject }, isWanted);
          return reply.code(204).send();
        },
      });
    }
    app.route({
      method,
      url: '/calls/:id/recording/hold',
      schema: { security, params: call, response: { 204: z.void() } },
      handler: async (request, reply) => {
        const { tenantId } = await admitBearer(gate, request, 'administrator');
        await recordingsOf(tenantId).hold(request.params.id, isWanted);
        return reply.code(204).send();
      },
    });
  }
}
