import { z } from 'zod';
import {
  type LiveQueue,
  liveQueue,
  type NewQueue,
  newQueue,
  type QueueChange,
  type QueueSettings,
  queueChange,
  queueNumber,
  queueSettings,
} from '../queues/schemas.ts';
import type { Queues } from '../queues/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { minute } from './cells.ts';
import { kinds, type OfTenant, readCommandLine, someChange } from './command-line.ts';
import type { AskRunning } from './running-system.ts';

/** What `npm run queues` was asked to do. */
export type QueueCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'live' }
    | { readonly act: 'create'; readonly queue: NewQueue }
    | { readonly act: 'change'; readonly number: string; readonly change: QueueChange }
    | { readonly act: 'members'; readonly number: string; readonly agents: readonly string[] | undefined }
    | { readonly act: 'remove'; readonly number: string }
  );

const numberOrNothing = z.string().transform((word) => (word === '' ? null : Number(word)));
const { strategy, overflow } = queueSettings.shape;

/** @throws AppError `bad_request` with the way it is used */
export function readQueueCommand(args: readonly string[]): QueueCommand {
  return readCommandLine(args, {
    name: 'queues',
    uses: [
      'list',
      'live                                 (who waits now, and what agents do)',
      'create NUMBER --name NAME [settings]',
      'change NUMBER settings',
      "members NUMBER [--agents 201,202]    (the first comes first; '' for nobody)",
      'remove NUMBER',
    ],
    notes: [
      `settings: --strategy ${strategy.options.join('|')}  --weight MINUTES`,
      '          --service-level-seconds N  --ring-seconds N  --misses N  --wrap-up-seconds N  --auto-answer yes|no',
      `          --max-wait-seconds N  --max-length N  --hours NAME  --overflow ${overflow.options.join('|')}`,
      "          --overflow-queue NUMBER  --overflow-flow NAME  --overflow-extension NUMBER   ('' for none)",
      '          --announce-seconds N  --announce-position yes|no  --announce-wait yes|no  --sentences TEXT (again for more)',
      "          --skills fibra=5,2@60,0@180 (again for more; '' for none): level 5, 2 after 60 s, any after 180 s",
      '          --callback yes|no  --callback-after-seconds N  --survey yes|no',
    ],
    words: 2,
    settings: {
      name: kinds.text,
      strategy: kinds.text,
      weight: kinds.number,
      serviceLevelSeconds: kinds.number,
      ringSeconds: kinds.number,
      misses: kinds.number,
      wrapUpSeconds: kinds.number,
      autoAnswer: kinds.yesOrNo,
      maxWaitSeconds: numberOrNothing,
      maxLength: numberOrNothing,
      hours: kinds.textOrNothing,
      overflow: kinds.text,
      overflowQueue: kinds.textOrNothing,
      overflowFlow: kinds.textOrNothing,
      overflowExtension: kinds.textOrNothing,
      announceSeconds: kinds.number,
      announcePosition: kinds.yesOrNo,
      announceWait: kinds.yesOrNo,
      sentences: kinds.texts,
      skills: kinds.texts,
      callback: kinds.yesOrNo,
      callbackAfterSeconds: kinds.number,
      survey: kinds.yesOrNo,
      agents: kinds.list,
    },
    read([act, word], { agents, skills, ...others }) {
      const settings = { ...others, ...(skills === undefined ? {} : { skills: skillNeeds(skills) }) };
      if (act === 'list' && word === undefined) return { act };
      if (act === 'live' && word === undefined) return { act };
      if (act === 'create') return { act, queue: newQueue.parse({ ...settings, number: word }) };
      const number = () => queueNumber.parse(word);
      if (act === 'change') return { act, number: number(), change: someChange(queueChange.parse(settings)) };
      if (act === 'members') return { act, number: number(), agents };
      return act === 'remove' ? { act, number: number() } : undefined;
    },
  });
}

/** `fibra=5,2@60,0@180`: level 5 at first, 2 after a minute, none after three. */
function skillNeeds(words: readonly string[]): QueueSettings['skills'] {
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const [skill = '', steps = ''] = word.split('=');
      const levels = steps.split(',').map((step) => {
        const [level, afterSeconds = '0'] = step.split('@');
        return { level: Number(level), afterSeconds: Number(afterSeconds) };
      });
      return { skill, levels };
    });
}

/** Does it, and says it. @returns lines for the terminal */
export async function runQueueCommand(
  { queues, ask }: { readonly queues: Queues; readonly ask: AskRunning },
  tenantId: number,
  command: QueueCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(queues, tenantId);
  if (command.act === 'live') {
    const answer = z.object({ queues: z.array(liveQueue) }).parse(await ask('GET', '/api/queues/live'));
    return answer.queues.flatMap(liveLines);
  }
  if (command.act === 'create') {
    const { number } = await queues.create(tenantId, command.queue);
    return [`Created queue ${number}. Who serves it is said by npm run queues -- members ${number} --agents …`];
  }
  const { number } = command;
  if (command.act === 'change') {
    await queues.change(tenantId, number, command.change);
    return [`Changed queue ${number}.`];
  }
  if (command.act === 'remove') {
    await queues.remove(tenantId, number);
    return [`Removed queue ${number}.`];
  }
  const members =
    command.agents === undefined
      ? await queues.members(tenantId, number)
      : await queues.setMembers(
          tenantId,
          number,
          command.agents.map((agent, position) => ({ agent, position })),
        );
  const codes = members.map(({ agent }) => agent).join(', ');
  return [`Queue ${number} is served by ${codes === '' ? 'nobody' : codes}.`];
}

async function listLines(queues: Queues, tenantId: number): Promise<string[]> {
  const all = await queues.list(tenantId);
  if (all.length === 0) return ['There are no queues.'];
  const rows = await Promise.all(
    all.map(async (queue) => {
      const members = await queues.members(tenantId, queue.number);
      return [
        queue.number,
        queue.name,
        queue.strategy,
        queue.maxWaitSeconds === null ? '' : `${queue.maxWaitSeconds} s`,
        wayOf(queue),
        members.map(({ agent }) => agent).join(','),
      ];
    }),
  );
  return alignedRows([['number', 'name', 'strategy', 'longest wait', 'overflow', 'agents'], ...rows]);
}

function wayOf({ overflow: kind, overflowQueue, overflowFlow, overflowExtension }: QueueSettings): string {
  return [kind, overflowQueue ?? overflowFlow ?? overflowExtension].filter(Boolean).join(' ');
}

function liveLines({ number, name, waiting, agents }: LiveQueue): string[] {
  return [
    `${number} ${name}: ${waiting.length} wait`,
    ...alignedRows([
      ...waiting.map(({ position, callerNumber, since, isCallback, ringing }) => [
        `  ${position}.`,
        callerNumber ?? '',
        `since ${minute(since)} UTC`,
        [isCallback ? 'to be called back' : '', ringing.length === 0 ? '' : `rings at ${ringing.join(', ')}`]
          .filter(Boolean)
          .join(', '),
      ]),
      ...agents.map(({ code, name: who, state, reason, extension }) => [
        `  ${code}`,
        who,
        [state, reason].filter(Boolean).join(': '),
        `at ${extension}`,
      ]),
    ]),
  ];
}
