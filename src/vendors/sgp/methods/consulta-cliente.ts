import { AppError } from '../../../kernel/errors.ts';
import { contratoOf } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { contractsOf, phoneOf } from '../subject.ts';
import { consultaClienteAnswer, consultaClienteRequest } from '../wire.ts';

/** Source document, section 1. `telefone` and `login` are what later callers look by besides. */
export const consultaCliente = uraMethod({
  path: 'consultacliente',
  summary: 'Find a subscriber and their contracts by CPF/CNPJ, contract, telephone or login.',
  request: consultaClienteRequest,
  answer: consultaClienteAnswer,
  async run({ office }, { contrato, cpfcnpj, telefone, login }) {
    const records = await find();
    return {
      msg: records.length === 0 ? 'Nenhum contrato localizado' : 'Contrato(s) Localizado(s)',
      contratos: records.map((record) => contratoOf(record, office.timeZone)),
    };

    async function find() {
      if (contrato !== undefined || cpfcnpj !== undefined) return contractsOf(office, { contrato, cpfcnpj });
      if (login !== undefined) return office.contracts({ login });
      if (telefone === undefined) throw new AppError('bad_request', 'CPF/CNPJ ou Contrato ID não informados.');
      const phone = phoneOf(telefone);
      return phone === undefined ? [] : office.contracts({ phone });
    }
  },
});
