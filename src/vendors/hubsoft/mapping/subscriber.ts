import type { z } from 'zod';
import type { ContractState } from '../../../isp/service.ts';
import type { Cents } from '../../../kernel/money.ts';
import type { shortService, shortSubscriber } from '../wire/subscriber.ts';
import { reais } from './amounts.ts';

/** A contract's state as HubSoft names it: for people, and for programs. */
interface StatusSeen {
  readonly status: string;
  readonly status_prefixo: string;
}

/**
 * Programs know the prefixes that later versions of the API list for `servico_status`. The two states of ours which they
 * have no prefix for bear the one that programs treat alike, and say in `status` what they are.
 */
export const statusSeen: Readonly<Record<ContractState, StatusSeen>> = {
  installing: { status: 'Aguardando Instalação', status_prefixo: 'aguardando_instalacao' },
  active: { status: 'Serviço Habilitado', status_prefixo: 'servico_habilitado' },
  reduced: { status: 'Suspenso Parcialmente', status_prefixo: 'suspenso_parcialmente' },
  migrating: { status: 'Aguardando Migração', status_prefixo: 'aguardando_migracao' },
  suspended_debt: { status: 'Suspenso por Débito', status_prefixo: 'suspenso_debito' },
  suspended_request: { status: 'Suspenso Pedido Cliente', status_prefixo: 'suspenso_pedido_cliente' },
  suspended_other: { status: 'Suspenso', status_prefixo: 'suspenso_pedido_cliente' },
  inactive: { status: 'Inativo', status_prefixo: 'inativo' },
  infeasible: { status: 'Inviabilidade Técnica', status_prefixo: 'inativo' },
  cancelled: { status: 'Cancelado', status_prefixo: 'cancelado' },
};

/** `cliente` in tickets, service orders, invoices and sessions. */
export function shortSubscriberOf(of: {
  readonly code: number;
  readonly name: string;
  readonly document: string;
}): z.input<typeof shortSubscriber> {
  return { codigo_cliente: of.code, nome_razaosocial: of.name, cpf_cnpj: of.document };
}

/** `servico` in service orders and sessions. */
export function shortServiceOf(of: {
  readonly number: number;
  readonly plan: string;
  readonly priceCents: Cents;
  readonly state: ContractState;
}): z.input<typeof shortService> {
  return { numero_plano: of.number, nome: of.plan, valor: reais(of.priceCents), ...statusSeen[of.state] };
}
