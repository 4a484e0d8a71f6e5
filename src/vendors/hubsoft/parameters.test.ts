import { expect, test } from 'vitest';
import type { z } from 'zod';
import { sessionsRequest, trustUnlockRequest } from './wire/connection.ts';
import { clienteFinanceiroRequest, financeiroRequest } from './wire/invoice.ts';
import { subscriberOrdersRequest } from './wire/service-order.ts';
import { clienteAllRequest, clienteRequest } from './wire/subscriber-requests.ts';
import { editTicketRequest, subscriberTicketsRequest } from './wire/ticket.ts';

/** The documentation's tables: what a parameter is when it is left out, and what it may be. */

const search = { busca: 'id_cliente_servico', termo_busca: '1' };

test.each<[string, z.ZodType, object, object]>([
  ['3.2', editTicketRequest, { id: 1 }, { fechar_atendimento: false }],
  ['4.1', clienteAllRequest, {}, { order_by: 'data_cadastro', order_type: 'asc' }],
  [
    '4.2',
    subscriberTicketsRequest,
    search,
    { limit: 20, apenas_pendente: true, order_by: 'data_cadastro', order_type: 'asc' },
  ],
  [
    '4.3',
    clienteRequest,
    search,
    { limit: 5, cancelado: false, ultima_conexao: false, order_by: 'data_cadastro', order_type: 'asc' },
  ],
  ['4.4', trustUnlockRequest, { id_cliente_servico: 1 }, { dias_desbloqueio: 1 }],
  ['4.6', sessionsRequest, { ...search, busca: 'login' }, { limit: 20 }],
  [
    '4.7',
    clienteFinanceiroRequest,
    search,
    { limit: 20, apenas_pendente: true, order_by: 'data_vencimento', order_type: 'asc' },
  ],
  ['4.11', subscriberOrdersRequest, search, { limit: 20, order_by: 'data_cadastro', order_type: 'desc' }],
  [
    '6.1',
    financeiroRequest,
    {},
    { tipo_data: 'data_vencimento', tipo_resultado: 'simplificado', apenas_quitado: false },
  ],
])('chapter %s: what is left out, empty or null has the value of the table', (_chapter, shape, required, defaults) => {
  for (const nothing of [undefined, '', null]) {
    const left = Object.fromEntries(Object.keys(defaults).map((name) => [name, nothing]));
    expect(shape.parse({ ...left, ...required })).toMatchObject(defaults);
  }
});

test.each<[string, z.ZodType, number]>([
  ['4.2', subscriberTicketsRequest, 50],
  ['4.3', clienteRequest, 100],
  ['4.7', clienteFinanceiroRequest, 50],
  ['4.11', subscriberOrdersRequest, 50],
])('chapter %s: limit is from 1 to the most of the table, as a number or as digits', (_chapter, shape, most) => {
  const isTaken = (limit: unknown) => shape.safeParse({ ...search, limit }).success;
  expect([1, '1', most, String(most)].every(isTaken)).toBe(true);
  expect([0, most + 1, -1, 1.5, 'x', [1]].some(isTaken)).toBe(false);
});

test.each<[string, z.ZodType, string, readonly string[]]>([
  ['4.2', subscriberTicketsRequest, 'busca', ['codigo_cliente', 'cpf_cnpj', 'id_cliente_servico', 'protocolo']],
  ['4.2', subscriberTicketsRequest, 'order_by', ['data_cadastro', 'data_fechamento']],
  [
    '4.3',
    clienteRequest,
    'busca',
    ['nome_razaosocial', 'nome_fantasia', 'cpf_cnpj', 'codigo_cliente', 'telefone', 'login_radius', 'ipv4', 'mac'],
  ],
  ['4.3', clienteRequest, 'order_by', ['data_cadastro', 'data_fechamento', 'codigo_cliente']],
  ['4.7', clienteFinanceiroRequest, 'busca', ['cpf_cnpj', 'codigo_cliente', 'id_cliente_servico']],
  ['4.7', clienteFinanceiroRequest, 'order_by', ['data_vencimento', 'data_pagamento', 'valor']],
  [
    '4.11',
    subscriberOrdersRequest,
    'busca',
    ['codigo_cliente', 'cpf_cnpj', 'id_cliente_servico', 'numero_ordem_servico'],
  ],
  ['4.11', subscriberOrdersRequest, 'status', ['pendente', 'aguardando_agendamento', 'finalizado']],
  ['4.11', subscriberOrdersRequest, 'order_by', ['data_cadastro', 'data_inicio_programado']],
  ['6.1', financeiroRequest, 'busca', ['id_cliente', 'codigo_cliente', 'cpf_cnpj', 'id_cliente_servico']],
  ['6.1', financeiroRequest, 'tipo_data', ['data_vencimento', 'data_pagamento']],
  ['6.1', financeiroRequest, 'tipo_resultado', ['simplificado', 'detalhado']],
  ['6.1', financeiroRequest, 'order_by', ['data_vencimento', 'data_pagamento', 'valor']],
])(
  'chapter $0: $2 takes each value that the table or the examples have, and no other',
  (_chapter, shape, field, values) => {
    const isTaken = (value: string) => shape.safeParse({ ...search, [field]: value }).success;
    expect(values.filter((value) => !isTaken(value))).toEqual([]);
    expect(isTaken('outro')).toBe(false);
  },
);
