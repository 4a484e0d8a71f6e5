import { z } from 'zod';
import { optional, text } from '../../liberal-values.ts';
import { statesOf, statusPrefixes } from '../mapping/status.ts';
import { searchKinds } from '../mapping/subscriber-key.ts';
import {
  limit,
  oneOf,
  pageFields,
  positive,
  searchKind,
  searchTerm,
  window,
  windowInOrder,
  windowOutOfOrder,
  yesNo,
} from '../wire.ts';
import { relations } from './fields.ts';

/** The parameters of `cliente`, `cliente/all` and `cliente/todos` (chapters 4.3 and 4.1, and later versions). */

const order = {
  /** The two of the tables, and the one of the examples. */
  order_by: oneOf(['data_cadastro', 'data_fechamento', 'codigo_cliente'], 'data_cadastro'),
  order_type: oneOf(['asc', 'desc'], 'asc'),
};

/** Programs are seen to send `todos`, too. */
const cancelado = z.preprocess((value) => (value === 'todos' ? 'sim' : value), yesNo(false));

/** One or several prefixes, with commas between them: only subscribers with a service in one of those states. */
const servico_status = optional(
  text(500)
    .transform((value) => value.split(',').map((prefix) => prefix.trim().toLowerCase()))
    .refine((prefixes) => prefixes.every((prefix) => statusPrefixes.includes(prefix)), {
      error: `deve conter apenas estes valores: ${statusPrefixes.join(', ')}`,
    })
    .transform(statesOf),
);

export const clienteRequest = z.object({
  busca: searchKind(searchKinds),
  termo_busca: searchTerm,
  limit: limit(100, 5),
  cancelado,
  inativo: oneOf(['nao', 'sim', 'todos'], 'nao'),
  ultima_conexao: yesNo(false),
  servico_status,
  ...order,
});

export const clienteAllRequest = z
  .object({ ...window, limit: optional(positive), ...order })
  .refine(windowInOrder, windowOutOfOrder);

export const clienteTodosRequest = z
  .object({
    ...pageFields,
    ...window,
    cancelado,
    servico_status,
    relacoes: relations,
  })
  .refine(windowInOrder, windowOutOfOrder);
