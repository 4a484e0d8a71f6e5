import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { AppError } from '../kernel/errors.ts';
import {
  callerMove,
  liveQueue,
  newQueue,
  queueChange,
  queueMember,
  queueNumber,
  queueSettings,
} from '../queues/schemas.ts';
import type { QueueFloor, Queues } from '../queues/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

/** Half an hour of a telephone's sound. */
const mostMusicBytes = 30_000_000;

const security = [{ bearer: [] }];
const params = z.object({ number: queueNumber });
const answers = { security, params, response: { 200: queueSettings } };
const members = z.object({ members: z.array(queueMember).max(5_000) });

/**
 * `/api/queues`: any token reads, an administrator's makes, changes and removes queues and says who serves them.
 * `/api/queues/live`: who waits, and what agents do, now. `POST /api/queues/:number/callers/:call/move`: an administrator's token
 * lets a caller wait in another queue.
 */
export function queueRoutes(
  app: TypedApp,
  gate: Gate,
  queues: Queues,
  tenantOf: (tenantId: number) => { readonly queues: Pick<QueueFloor, 'live' | 'move'> },
): void {
  const list = z.object({ queues: z.array(queueSettings) });
  app.get('/queues', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { queues: await queues.list(tenantId) };
  });
  const now = z.object({ queues: z.array(liveQueue) });
  app.get('/queues/live', { schema: { security, response: { 200: now } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { queues: tenantOf(tenantId).queues.live() };
  });
  app.get('/queues/:number', { schema: answers }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return queues.find(tenantId, request.params.number);
  });
  const making = { security, body: newQueue, response: { 201: queueSettings } };
  app.post('/queues', { schema: making }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return reply.code(201).send(await queues.create(tenantId, request.body));
  });
  app.patch('/queues/:number', { schema: { ...answers, body: queueChange } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return queues.change(tenantId, request.params.number, request.body);
  });
  const removing = { security, params, response: { 204: z.void() } };
  app.delete('/queues/:number', { schema: removing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await queues.remove(tenantId, request.params.number);
    return reply.code(204).send();
  });
  app.addContentTypeParser('audio/wav', { parseAs: 'buffer', bodyLimit: mostMusicBytes }, (_request, body, done) => {
    done(null, body);
  });
  app.put('/queues/:number/music', { schema: answers, bodyLimit: mostMusicBytes }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    if (!Buffer.isBuffer(request.body)) throw new AppError('bad_request', 'Send a WAV file as audio/wav.');
    return queues.setMusic(tenantId, request.params.number, request.body);
  });
  app.delete('/queues/:number/music', { schema: answers }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return queues.removeMusic(tenantId, request.params.number);
  });
  const moving = {
    security,
    params: params.extend({ call: z.uuid() }),
    body: callerMove,
    response: { 204: z.void() },
  };
  app.post('/queues/:number/callers/:call/move', { schema: moving }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    const { number, call } = request.params;
    tenantOf(tenantId).queues.move(call, number, request.body.queue);
    return reply.code(204).send();
  });
  const served = { security, params, response: { 200: members } };
  app.get('/queues/:number/members', { schema: served }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { members: await queues.members(tenantId, request.params.number) };
  });
  app.put('/queues/:number/members', { schema: { ...served, body: members } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return { members: await queues.setMembers(tenantId, request.params.number, request.body.members) };
  });
}
