import { reais } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { isId } from '../subject.ts';
import { pixAnswer, pixRequest } from '../wire.ts';

/** The Pix code of one open invoice; with `contrato`, only when it is that contract's. */
export const pix = uraMethod({
  path: 'pagamento/pix/:fatura',
  summary: 'Give the Pix code ("copia e cola") of an open invoice.',
  request: pixRequest,
  answer: pixAnswer,
  async run({ office }, { fatura, contrato }) {
    const none = (msg: string) => ({ status: 0 as const, msg, fatura });
    if (![fatura, contrato ?? 1].every(isId)) return none('Fatura não localizada');
    const { rows } = await office.invoices({ id: fatura, contract: contrato }, { offset: 0, limit: 1 });
    const [invoice] = rows;
    if (invoice === undefined) return none('Fatura não localizada');
    if (invoice.status !== 'open') return none('A fatura não está em aberto');
    const code = invoice.pixCode;
    if (code === null) return none('A fatura não pode ser paga por Pix');
    return {
      status: 1 as const,
      msg: 'Dados do Pix',
      fatura,
      valor: reais(invoice.amountCents),
      vencimento: invoice.dueOn,
      pix: code,
      codigoPix: code,
      codigo: code,
    };
  },
});
