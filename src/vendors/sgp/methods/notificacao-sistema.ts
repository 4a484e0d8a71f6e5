import type { BackOffice } from '../../../isp/service.ts';
import { uraMethod } from '../method.ts';
import { callerOf, contractNotFound, echoOf, identityOf, severalContracts, subjectOf } from '../subject.ts';
import { notificacaoSistemaAnswer, notificacaoSistemaRequest, severalContractsAnswer } from '../wire.ts';

/** Source document, section 5: a window about the caller on the screen of the agent `uraagent`. */
export const notificacaoSistema = uraMethod({
  path: 'notificacaosistema',
  summary: "Open a window about the caller on an agent's screen.",
  request: notificacaoSistemaRequest,
  answer: notificacaoSistemaAnswer.or(severalContractsAnswer),
  async run({ office, actKey }, request) {
    const subject = await subjectOf(office, request);
    if (subject.kind === 'several') return severalContracts;
    const contract = subject.kind === 'one' ? subject.contract : undefined;
    const uraagent = request.uraagent ?? request.uraagente ?? '';
    const about = identityOf(contract);
    const echo = echoOf(request, contract);
    const notified =
      contract !== undefined &&
      (await office.announceCall({
        about: { contract: contract.contractId },
        extension: await extensionOf(office, String(uraagent)),
        actKey: actKey(contract.contractId),
        callerNumber: callerOf(request.uracontato),
      }));
    if (!notified) return { status: 0 as const, ...about, msg: contractNotFound, ...echo, protocolo: '', uraagent };
    return { status: 1 as const, ...about, msg: 'Notificação criada no sistema', ...echo, uraagent };
  },
});

/** Agents are named as each provider likes; one that is nobody's here has a window that nobody sees. */
async function extensionOf(office: BackOffice, agent: string): Promise<string> {
  const number = /^(?:ramal\s*)?(\d{2,8})$/i.exec(agent.trim())?.[1];
  const known = await office.extensionNamed(number === undefined ? { internalId: agent.trim() } : { number });
  return known ?? agent;
}
