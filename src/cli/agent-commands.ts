import { z } from 'zod';
import { hashPassword } from '../access/service.ts';
import {
  type AgentChange,
  type AgentWords,
  agentChange,
  agentCode,
  agentWords,
  logIn,
  logOut,
  newAgent,
  pauseRequest,
  watchWish,
} from '../agents/schemas.ts';
import { readAgentWords, writeAgentWords } from '../agents/service.ts';
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
    | { readonly act: 'words'; readonly words: { readonly [list in keyof AgentWords]?: AgentWords[list] | undefined } }
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

/** `Suporte/Sem sinal/ONU`. */
function tabsOf(path: string): Record<string, string | undefined> {
  const [tab1, tab2, tab3] = path.split('/');
  return { tab1, tab2, tab3 };
}

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
      'words [--pauses Almoço,Café] [--dispositions "Suporte/Sem sinal"] (again for more; \'\' for any words)',
    ],
    words: 2,
    settings: {
      name: kinds.text,
      skills,
      enabled: kinds.yesOrNo,
      extension: kinds.text,
      reason: kinds.text,
      pauses: kinds.list,
      dispositions: kinds.texts,
    },
    read([act, word], { name, skills: able, enabled, extension, reason, pauses, dispositions }) {
      if (act === 'list' && word === undefined) return { act };
      if (act === 'words' && word === undefined) {
        const paths = dispositions?.filter((one) => one !== '').map(tabsOf);
        return { act, words: agentWords.partial().parse({ pauses, dispositions: paths }) };
      }
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
  if (command.act === 'words') {
    const known = await readAgentWords(db, tenantId);
    const { pauses = known.pauses, dispositions = known.dispositions } = command.words;
    const words = { pauses, dispositions };
    await writeAgentWords(db, tenantId, words);
    return wordLines(words);
  }
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

function wordLines({ pauses, dispositions }: AgentWords): string[] {
  const keyed = pauses.map((reason, n) => (n < 9 ? `${reason} (*57${n + 1})` : reason));
  const paths = dispositions.map((one) => [one.tab1, one.tab2, one.tab3].filter((tab) => tab !== null).join('/'));
  return [
    `Agents pause for ${keyed.length === 0 ? 'any reason' : keyed.join(', ')}.`,
    `Calls were about ${paths.length === 0 ? 'anything' : paths.join(', ')}.`,
  ];
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
