import type { InvoiceRecord } from '../../../isp/service.ts';
import { reais } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { callerOf, contractNotFound, identityOf, isId, severalContracts, subjectOf } from '../subject.ts';
import { fatura2viaAnswer, fatura2viaRequest, severalContractsAnswer } from '../wire.ts';

const most = 250;

/** A second copy: the oldest open invoice, a named one, or all open ones; with a ticket unless `nao_gerar_os`. */
export const fatura2via = uraMethod({
  path: 'fatura2via',
  summary: 'Give what is needed to pay: line, Pix and PDF of the oldest open invoice, or of all.',
  request: fatura2viaRequest,
  answer: fatura2viaAnswer.or(severalContractsAnswer),
  async run({ office, actKey }, request) {
    const subject = await subjectOf(office, request);
    if (subject.kind === 'several') return severalContracts;
    const contract = subject.kind === 'one' ? subject.contract : undefined;
    const contratoId = contract?.contractId ?? request.contrato ?? null;
    const about = identityOf(contract);
    const none = (msg: string) => ({ status: 0 as const, ...about, msg, contratoId, links: [], ...firstOf([]) });
    if (contract === undefined) return none(contractNotFound);

    const { fatura, numero_documento, faturas_abertas_todas } = request;
    if (fatura !== undefined && !isId(fatura)) return none('Fatura não localizada');
    const isNamed = fatura !== undefined || numero_documento !== undefined;
    const { rows } = await office.invoices(
      { contract: contract.contractId, status: 'open', id: fatura, number: numero_documento },
      { offset: 0, limit: faturas_abertas_todas === true || isNamed ? most : 1 },
    );
    if (rows.length === 0) return none(isNamed ? 'Fatura não localizada' : 'Não há fatura em aberto');
    const addresses = await office.invoiceLinks(rows.map((row) => row.id));
    const links = rows.map((row) => linkOf(row, addresses.get(row.id) ?? ''));
    const protocol =
      request.nao_gerar_os === true
        ? undefined
        : await office.recordContact({
            contractId: contract.contractId,
            subject: 'invoice',
            text: `Segunda via da fatura ${rows.map((row) => row.id).join(', ')}.`,
            key: actKey(contract.contractId),
            callId: undefined,
            contactPhone: callerOf(request.uracontato),
          });
    return {
      status: 1 as const,
      ...about,
      msg: 'Fatura(s) localizada(s)',
      contratoId,
      ...(protocol === undefined ? {} : { protocolo: protocol }),
      links,
      ...firstOf(links),
    };
  },
});

function linkOf(invoice: InvoiceRecord, link: string) {
  return {
    id: invoice.id,
    fatura: invoice.id,
    numero_documento: invoice.number,
    vencimento: invoice.dueOn,
    vencimento_original: invoice.dueOn,
    valor: reais(invoice.amountCents),
    valor_original: reais(invoice.amountCents),
    linhadigitavel: invoice.boletoLine ?? '',
    codigopix: invoice.pixCode ?? '',
    link,
  };
}

function firstOf([first]: readonly { readonly link: string; readonly linhadigitavel: string }[]) {
  return { link: first?.link ?? '', linhadigitavel: first?.linhadigitavel ?? '' };
}
