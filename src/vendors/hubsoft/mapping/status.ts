import type { ContractState } from '../../../isp/service.ts';

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

/** Every prefix of `servico_status`: some name a step that none of our contracts is ever in. */
export const statusPrefixes: readonly string[] = [
  'agendado_para_instalacao',
  'aguardando_assinatura_contrato',
  'aguardando_configuracao',
  'aguardando_instalacao',
  'aguardando_liberacao_ti',
  'aguardando_migracao',
  'cancelado',
  'franquia_excedida',
  'inativo',
  'servico_habilitado',
  'suspenso_debito',
  'suspenso_parcialmente',
  'suspenso_pedido_cliente',
];

/** The states that bear one of these prefixes. */
export function statesOf(prefixes: readonly string[]): ContractState[] {
  const states = Object.keys(statusSeen) as ContractState[];
  return states.filter((state) => prefixes.includes(statusSeen[state].status_prefixo));
}
