import { z } from 'zod';
import { pbxAction, required } from '../action.ts';
import { status } from '../wire.ts';

/**
 * "Bloqueio/Desbloqueio Cliente Classe5": no new call of a tenant's exchange but those for help. Only for instances that
 * administer others: whoever else asks, there is no such client.
 */
export const bloqueioClasse5 = pbxAction({
  name: 'bloqueioclasse5',
  summary: 'Block an exchange but for calls for help, or let it go; for instances that administer others',
  request: z.object({
    logincliente: required,
    classe5acao: required.transform((value) => value.toUpperCase()).pipe(z.enum(['BLOQUEAR', 'DESBLOQUEAR'])),
  }),
  async run({ caller, tenants }, { logincliente, classe5acao }) {
    const isBlocked = classe5acao === 'BLOQUEAR';
    const isKnown = caller.role === 'administrator' && (await tenants.setBlocked(logincliente, isBlocked));
    return status(isKnown ? 'OK' : 'CLIENTE NAO CADASTRADO');
  },
});
