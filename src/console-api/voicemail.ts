import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { extensionNumber } from '../exchange/schemas.ts';
import { voicemailBox, voicemailChange, voicemailMessage } from '../voicemail/schemas.ts';
import type { Voicemail } from '../voicemail/service.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const byExtension = z.object({ number: extensionNumber });
const byMessage = byExtension.extend({ id: z.uuid() });
const none = z.void();
const secret = 'no-store';

/**
 * `/api/voicemail`: every extension's mailbox; any token reads. `/api/extensions/:number/voicemail`: one of them, which an
 * administrator's token changes, with its messages, which only such a token lists, fetches as WAV and deletes.
 */
export function voicemailRoutes(app: TypedApp, gate: Gate, { boxes, messages }: Voicemail): void {
  const all = z.object({ mailboxes: z.array(voicemailBox) });
  app.get('/voicemail', { schema: { security, response: { 200: all } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { mailboxes: await boxes.list(tenantId) };
  });
  const reading = { security, params: byExtension, response: { 200: voicemailBox } };
  app.get('/extensions/:number/voicemail', { schema: reading }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return boxes.find({ tenantId, extension: request.params.number });
  });
  const changing = { security, params: byExtension, body: voicemailChange, response: { 200: voicemailBox } };
  app.patch('/extensions/:number/voicemail', { schema: changing }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return boxes.change({ tenantId, extension: request.params.number }, request.body);
  });
  const removing = { security, params: byExtension, response: { 204: none } };
  app.delete('/extensions/:number/voicemail/greeting', { schema: removing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await boxes.removeGreeting({ tenantId, extension: request.params.number });
    return reply.code(204).send();
  });

  const list = z.object({ messages: z.array(voicemailMessage) });
  const listing = { security, params: byExtension, response: { 200: list } };
  app.get('/extensions/:number/voicemail/messages', { schema: listing }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    const box = { tenantId, extension: request.params.number };
    await boxes.find(box);
    return { messages: await messages.list(box) };
  });
  app.get(
    '/extensions/:number/voicemail/messages/:id/audio',
    { schema: { security, params: byMessage } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      const { number: extension, id } = request.params;
      const sound = await readFile(await messages.sound({ tenantId, extension }, id));
      return reply.type('audio/x-wav').header('cache-control', secret).send(sound);
    },
  );
  const deleting = { security, params: byMessage, response: { 204: none } };
  app.delete('/extensions/:number/voicemail/messages/:id', { schema: deleting }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await messages.remove({ tenantId, extension: request.params.number }, request.params.id);
    return reply.code(204).send();
  });
}
