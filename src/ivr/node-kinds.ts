import type { NodeKind } from './node-kind.ts';
import { agentCode } from './nodes/agent-code.ts';
import { callbackRequest } from './nodes/callback-request.ts';
import { checkAccess } from './nodes/check-access.ts';
import { chooseContract } from './nodes/choose-contract.ts';
import { collect } from './nodes/collect.ts';
import { condition } from './nodes/condition.ts';
import { debts } from './nodes/debts.ts';
import { flow } from './nodes/flow.ts';
import { hangUp } from './nodes/hang-up.ts';
import { httpRequest } from './nodes/http-request.ts';
import { identify } from './nodes/identify.ts';
import { mailbox } from './nodes/mailbox.ts';
import { menu } from './nodes/menu.ts';
import { queue } from './nodes/queue.ts';
import { reset } from './nodes/reset.ts';
import { ring } from './nodes/ring.ts';
import { say } from './nodes/say.ts';
import { sendInvoice } from './nodes/send-invoice.ts';
import { set } from './nodes/set.ts';
import { survey } from './nodes/survey.ts';
import { ticket } from './nodes/ticket.ts';
import { unlock } from './nodes/unlock.ts';
import { voicemail } from './nodes/voicemail.ts';

const all: readonly NodeKind[] = [
  say,
  menu,
  collect,
  identify,
  chooseContract,
  condition,
  set,
  debts,
  unlock,
  sendInvoice,
  checkAccess,
  reset,
  ticket,
  httpRequest,
  ring,
  queue,
  callbackRequest,
  voicemail,
  mailbox,
  survey,
  flow,
  agentCode,
  hangUp,
];

/** Every kind of node there is, by its type. */
export const nodeKinds: ReadonlyMap<string, NodeKind> = new Map(all.map((kind) => [kind.type, kind]));
