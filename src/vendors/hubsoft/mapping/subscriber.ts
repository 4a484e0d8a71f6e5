import type { z } from 'zod';
import type { ContractState, DossierContract, LastConnection, SubscriberDossier } from '../../../isp/service.ts';
import type { Cents } from '../../../kernel/money.ts';
import { nationalPhone } from '../../../kernel/phone-number.ts';
import { brazilianMinute, isoInstant } from '../dates.ts';
import type {
  foundSubscriber,
  listedSubscriber,
  pagedSubscriber,
  shortService,
  shortSubscriber,
} from '../wire/subscriber.ts';
import { reais } from './amounts.ts';
import { lastConnectionOf } from './last-connection.ts';
import { accessOf, addressesOf, datesOf, networkOf, packagesOf, relationsOf, speedOf } from './service.ts';
import { statusSeen } from './status.ts';

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

/** A subscriber of `cliente/all`. The order of the keys is the documentation's, here and below. */
export function listedSubscriberOf(of: SubscriberDossier, timeZone: string): z.input<typeof listedSubscriber> {
  return {
    ...headOf(of, timeZone, ''),
    data_nascimento: midnight(of.bornOn),
    servicos: of.contracts.map((contract) => ({
      id_cliente_servico: contract.id,
      ...shortServiceOf(contract),
      ...accessOf(contract),
      ...networkOf(contract),
      pacotes: packagesOf(contract, timeZone),
      ...addressesOf(contract),
    })),
  };
}

/**
 * A subscriber of `cliente`.
 * @param connections by login, when they were asked for
 */
export function foundSubscriberOf(
  of: SubscriberDossier,
  connections: ReadonlyMap<string, LastConnection> | undefined,
  now: Date,
  timeZone: string,
): z.input<typeof foundSubscriber> {
  const service = (contract: DossierContract) => {
    const { servicePort: port, login } = contract;
    return {
      id_cliente_servico: contract.id,
      ...shortServiceOf(contract),
      ...accessOf(contract),
      ...(connections && { ultima_conexao: lastConnectionOf(connections.get(login ?? ''), now, timeZone) }),
      ...(port && { porta_atendimento: { numero: port.number, equipamento: port.equipment } }),
      ...networkOf(contract),
      pacotes: packagesOf(contract, timeZone),
      ...addressesOf(contract),
      id_servico: contract.planId,
      ...speedOf(contract),
      mac_addr: contract.mac,
      ...datesOf(contract, timeZone),
    };
  };
  return {
    ...headOf(of, timeZone, ''),
    data_nascimento: midnight(of.bornOn),
    alerta: of.notices.length > 0,
    alerta_mensagens: of.notices.map(({ text, forecast }) => {
      if (forecast === null) return text;
      return `${text.replace(/[.\s]+$/, '')}. Previsão de retorno: ${brazilianMinute(forecast, timeZone)}`;
    }),
    servicos: of.contracts.map(service),
    data_nascmento: midnight(of.bornOn),
  };
}

/** A subscriber of `cliente/todos`, with what `relations` names of each service. */
export function pagedSubscriberOf(
  of: SubscriberDossier,
  relations: ReadonlySet<string>,
  timeZone: string,
): z.input<typeof pagedSubscriber> {
  return {
    ...headOf(of, timeZone, null),
    data_nascmento: midnight(of.bornOn),
    servicos: of.contracts.map((contract) => {
      const { tecnologia, ...access } = accessOf(contract);
      return {
        id_cliente_servico: contract.id,
        id_servico: contract.planId,
        ...shortServiceOf(contract),
        tecnologia,
        ...speedOf(contract),
        ...access,
        mac_addr: contract.mac,
        ...datesOf(contract, timeZone),
        ...relationsOf(contract, relations, timeZone),
      };
    }),
  };
}

/** @param missing what stands for a telephone that there is not */
function headOf(of: SubscriberDossier, timeZone: string, missing: '' | null) {
  const [primary, secondary, third] = of.phones;
  return {
    id_cliente: of.id,
    codigo_cliente: of.code,
    nome_razaosocial: of.name,
    nome_fantasia: of.tradeName,
    tipo_pessoa: of.kind === 'company' ? ('pj' as const) : ('pf' as const),
    cpf_cnpj: of.document,
    telefone_primario: phoneOr(missing, primary),
    telefone_secundario: phoneOr(missing, secondary),
    telefone_terciario: phoneOr(missing, third),
    email_principal: of.emails[0] ?? null,
    email_secundario: of.emails[1] ?? null,
    rg: of.identityCard,
    rg_emissao: midnight(of.identityCardIssuedOn),
    inscricao_municipal: of.municipalRegistration,
    inscricao_estadual: of.stateRegistration,
    data_cadastro: isoInstant(of.registeredAt, timeZone),
  };
}

function phoneOr(missing: '' | null, number: string | undefined): string | null {
  return number === undefined ? missing : nationalPhone(number);
}

function midnight(day: string | null): string | null {
  return day === null ? null : `${day} 00:00:00`;
}
