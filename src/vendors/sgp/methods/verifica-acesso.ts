import { AppError } from '../../../kernel/errors.ts';
import { accessOf } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { contractNotFound, echoOf, identityOf, severalContracts, subjectOf } from '../subject.ts';
import { severalContractsAnswer, verificaAcessoAnswer, verificaAcessoRequest } from '../wire.ts';

/** Longer than concentrators are waited for. */
const patienceMs = 10_000;

/** Source document, section 4: maintenance first, then the session, then whether the concentrator knows it. */
export const verificaAcesso = uraMethod({
  path: 'verificaacesso',
  summary: 'Tell whether a contract is online, and why it is not.',
  request: verificaAcessoRequest,
  answer: verificaAcessoAnswer.or(severalContractsAnswer),
  async run({ office }, request) {
    const subject = await subjectOf(office, request);
    if (subject.kind === 'several') return severalContracts;
    const contract = subject.kind === 'one' ? subject.contract : undefined;
    const about = { ...identityOf(contract) };
    const echo = echoOf(request, contract);
    if (contract === undefined) return { status: 0 as const, ...about, msg: contractNotFound, ...echo };
    const outcome = await office.checkAccess(contract.contractId, AbortSignal.timeout(patienceMs));
    if (outcome.kind === 'nothing_to_do') return { status: 0 as const, ...about, msg: contractNotFound, ...echo };
    if (outcome.kind !== 'done') {
      throw new AppError('database_unavailable', 'Serviço temporariamente indisponível.');
    }
    const { status, msg, tempo } = accessOf(outcome.value, office.now());
    return { status, ...about, msg, ...echo, ...(tempo === undefined ? {} : { tempo }) };
  },
});
