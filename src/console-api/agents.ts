import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import {
  agentChange,
  agentCode,
  agentWords,
  disposition,
  logIn,
  logOut,
  newAgent,
  pauseRequest,
  shownAgent,
  type WatchMode,
  watchWish,
} from '../agents/schemas.ts';
import type { Agents } from '../agents/service.ts';
import { AppError } from '../kernel/errors.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

/** Rings a supervisor's extension, and lets it into the talk of another. @returns false when it has no phone */
export type Watch = (supervisor: string, extension: string, mode: WatchMode) => Promise<boolean>;

const security = [{ bearer: [] }];
const params = agentCode;
const answers = { security, params, response: { 200: shownAgent } };

/**
 * `/api/agents`: any token reads, and acts for an agent as the agent's own program does; an administrator's makes and
 * changes agents, logs them in without their PIN, and hears their talks.
 * `/api/agent-words`: the words that agents choose among, for any token; an administrator's puts them.
 */
export function agentRoutes(
  app: TypedApp,
  gate: Gate,
  tenantOf: (tenantId: number) => { readonly agents: Agents; readonly watch: Watch },
): void {
  const agentsOf = (tenantId: number): Agents => tenantOf(tenantId).agents;
  const list = z.object({ agents: z.array(shownAgent) });
  app.get('/agents', { schema: { security, response: { 200: list } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { agents: [...agentsOf(tenantId).list()] };
  });
  app.get('/agents/:code', { schema: answers }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return agentsOf(tenantId).find(request.params.code);
  });
  app.post(
    '/agents',
    { schema: { security, body: newAgent, response: { 201: shownAgent } } },
    async (request, reply) => {
      const { tenantId } = await admitBearer(gate, request, 'administrator');
      return reply.code(201).send(await agentsOf(tenantId).create(request.body));
    },
  );
  app.patch('/agents/:code', { schema: { ...answers, body: agentChange } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return agentsOf(tenantId).change(request.params.code, request.body);
  });
  app.post('/agents/:code/login', { schema: { ...answers, body: logIn } }, async (request) => {
    const role = request.body.pin === undefined ? 'administrator' : undefined;
    const { tenantId } = await admitBearer(gate, request, role);
    return agentsOf(tenantId).logIn(request.params.code, request.body);
  });
  app.post('/agents/:code/logout', { schema: { ...answers, body: logOut } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return agentsOf(tenantId).logOut(request.params.code, request.body.reason);
  });
  app.post('/agents/:code/pause', { schema: { ...answers, body: pauseRequest } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return agentsOf(tenantId).pause(request.params.code, request.body.reason);
  });
  app.post('/agents/:code/ready', { schema: answers }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return agentsOf(tenantId).makeReady(request.params.code);
  });
  const watching = { security, params, body: watchWish, response: { 202: z.object({ ringing: z.string() }) } };
  app.post('/agents/:code/watch', { schema: watching }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    const { agents, watch } = tenantOf(tenantId);
    const { state, extension } = agents.find(request.params.code);
    if (state !== 'talking' || extension === null) {
      throw new AppError('conflict', `Agent ${request.params.code} is in no talk.`);
    }
    const supervisor = request.body.extension;
    if (supervisor === extension || !(await watch(supervisor, extension, request.body.mode))) {
      throw new AppError('conflict', `Extension ${supervisor} has no phone that could be rung for this.`);
    }
    return reply.code(202).send({ ringing: supervisor });
  });
  const words = { security, response: { 200: agentWords } };
  app.get('/agent-words', { schema: words }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return agentsOf(tenantId).words();
  });
  app.put('/agent-words', { schema: { ...words, body: agentWords } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await agentsOf(tenantId).setWords(request.body);
    return request.body;
  });
  const tabs = {
    security,
    params: agentCode.extend({ call: z.uuid() }),
    body: disposition,
    response: { 200: disposition },
  };
  app.put('/agents/:code/calls/:call/disposition', { schema: tabs }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    const { code, call } = request.params;
    await agentsOf(tenantId).setDisposition(code, call, request.body);
    return request.body;
  });
}
