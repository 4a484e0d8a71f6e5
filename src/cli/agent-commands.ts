import { z } from 'zod';
import { hashPassword } from '../access/service.ts';
import {
  type AgentChange,
  agentChange,
  agentCode,
  logIn,
  logOut,
  newAgent,
  pauseRequest,
  watchWish,
} from '../agents/schemas.ts';
import { addAgent, changeAgent, readAgents, type StoredAgent } from '../agents/store.ts';
import { AppError } from '../kernel/errors.ts';
import { readMembers } from '../queues/store.ts';
import type { Database } from '../storage/database.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { kinds, type OfTenant, readCommandLine, someChange } from './command-line.ts';
import type { AskRunning } from './running-system.ts';

/** What `npm run agents` was asked to do. A PIN is never among the words: it is asked for. */
export type AgentCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly code: string; readonly change: Omit<AgentChange, 'pin'> }
    | { readonly act: 'change'; readonly code: string; readonly change: Omit<AgentChange, 'pin'> }
    | { readonly act: 'pin'; readonly code: string }
    | { readonly act: 'login' | 'logout' | 'pause' | 'ready' | 'watch'; readonly code: string; readonly body: object }
  );

/** `fibra=7,ingles=3`. */
const skills = z.string().transform((words) =>
  Object.fromEntries(
    words
      .split(',')
      .filter((one) => one !== '')
      .map((one) => one.split('='))
      .map(([skill = '', level]) => [skill, Number(level)]),
  ),
);

/** @throws AppError `bad_request` with the way it is used */
export function readAgentCommand(args: readonly string[]): AgentCommand {
  return readCommandLine(args, {
    name: 'agents',
    uses: [
      'list',
      'create CODE --name NAME [--skills fibra=7,ingles=3]   (asks for the PIN)',
      'change CODE [--name NAME] [--skills fibra=7] [--enabled yes|no]',
      'pin CODE                                              (asks for it)',
      'login CODE --extension 1001',
      'logout CODE [--reason WORDS]',
      'pause CODE --reason WORDS',
      'ready CODE',
      'listen|whisper|barge CODE --extension 1009            (rings the supervisor at that extension)',
    ],
    words: 2,
    settings: { name: kinds.text, skills, enabled: kinds.yesOrNo, extension: kinds.text, reason: kinds.text },
    read([act, word], { name, skills: able, enabled, extension, reason }) {
      if (act === 'list' && word === undefined) return { act };
      const of = () => agentCode.parse({ code: word });
      if (act === 'create') {
        return { act, ...of(), change: newAgent.omit({ code: true, pin: true }).parse({ name, skills: able }) };
      }
      if (act === 'change')
        return {
          act,
          ...of(),
          change: someChange(agentChange.omit({ pin: true }).parse({ name, skills: able, enabled })),
        };
      if (act === 'pin') return { act, ...of() };
      if (act === 'login') return { act, ...of(), body: logIn.parse({ extension }) };
      if (act === 'logout') return { act, ...of(), body: logOut.parse({ reason }) };
      if (act === 'pause') return { act, ...of(), body: pauseRequest.parse({ reason }) };
      if (act === 'ready') return { act, ...of(), body: {} };
      if (act !== 'listen' && act !== 'whisper' && act !== 'barge') return undefined;
      return { act: 'watch', ...of(), body: watchWish.parse({ extension, mode: act }) };
    },
  });
}

interface Surroundings {
  readonly db: Database;
  readonly ask: AskRunning;
  readonly askPin: (code: string) => Promise<string>;
}

/** Does it, and says it. @returns lines for the terminal */
export async function runAgentCommand(
  { db, ask, askPin }: Surroundings,
  tenantId: number,
  command: AgentCommand,
): Promise<string[]> {
  if (command.act === 'list') return lines(await readAgents(db, tenantId, true), await readMembers(db, tenantId));
  const { code } = command;
  const hashed = async () => ({ pinHash: await hashPassword(newAgent.shape.pin.parse(await askPin(code))) });
  if (command.act === 'create') {
    const { name = '', skills: able = {} } = command.change;
    if (!(await addAgent(db, tenantId, { code, name, skills: able, ...(await hashed()) }))) {
      throw new AppError('conflict', `There is an agent ${code} already. Choose another code.`);
    }
    return [`Created agent ${code}. Queues are given to it by npm run queues -- members.`];
  }
  if (command.act === 'change' || command.act === 'pin') {
    const change = command.act === 'pin' ? await hashed() : command.change;
    if (!(await changeAgent(db, tenantId, code, change))) {
      throw new AppError('not_found', `There is no agent ${code}.`);
    }
    return [command.act === 'pin' ? `Agent ${code} has a new PIN.` : `Changed agent ${code}.`];
  }
  const answer = await ask('POST', `/api/agents/${code}/${command.act}`, command.body);
  if (command.act === 'watch') return [`Extension ${(answer as { ringing: string }).ringing} rings.`];
  const { state, extension } = answer as { state: string; extension: string | null };
  return [`Agent ${code} is ${state}${extension === null ? '' : ` at ${extension}`}.`];
}

function lines(
  agents: readonly StoredAgent[],
  members: readonly { readonly code: string; readonly queue: string }[],
): string[] {
  if (agents.length === 0) return ['There are no agents.'];
  return alignedRows([
    ['code', 'name', 'state', 'since (UTC)', 'at', 'skills', 'queues'],
    ...agents.map(({ code, name, enabled, open, extension, skills: able }) => [
      code,
      name,
      enabled ? [open?.state ?? 'logged_out', open?.reason].filter(Boolean).join(': ') : 'switched off',
      minute(open?.startedAt.toISOString() ?? null),
      extension ?? '',
      Object.entries(able)
        .map(([skill, level]) => `${skill}=${level}`)
        .join(','),
      members
        .filter((member) => member.code === code)
        .map(({ queue }) => queue)
        .join(','),
    ]),
  ]);
}
