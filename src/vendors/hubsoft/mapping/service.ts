import type { DossierContract, NetworkPlace } from '../../../isp/service.ts';
import { isoInstant } from '../dates.ts';
import { addressOf } from './address.ts';
import { reaisText } from './amounts.ts';

/** The parts that a subscriber's service is told in, each with its keys in the documentation's order. */

export function accessOf(of: DossierContract) {
  return { tecnologia: of.technology, login: of.login, senha: of.password, ipv4: of.ipv4, ipv6: of.ipv6 };
}

export function networkOf({ connection, routing }: DossierContract) {
  return {
    interface: interfaceOf(connection),
    interface_roteamento: interfaceOf(routing),
    equipamento_conexao: equipmentOf(connection),
    equipamento_roteamento: equipmentOf(routing),
  };
}

function interfaceOf(place: NetworkPlace | null) {
  if (place === null) return null;
  const { name, kind, calledStationId } = place.interface;
  return { nome: name, tipo: kind, called_sid: calledStationId };
}

function equipmentOf(place: NetworkPlace | null) {
  if (place === null) return null;
  const { name, ipv4, ipv6 } = place.equipment;
  return { nome: name, ipv4, ipv6 };
}

/** Null when there are none. */
export function packagesOf({ packages }: DossierContract, timeZone: string) {
  if (packages.length === 0) return null;
  return packages.map((each) => ({
    id_pacote: each.id,
    descricao: each.description,
    valor: reaisText(each.priceCents),
    observacoes: each.notes,
    data_cadastro: isoInstant(each.registeredAt, timeZone),
  }));
}

export function addressesOf({ registration, installation, fiscal, billing }: DossierContract) {
  return {
    endereco_cadastral: addressOf(registration),
    endereco_instalacao: addressOf(installation),
    endereco_fiscal: addressOf(fiscal),
    endereco_cobranca: addressOf(billing),
  };
}

export function speedOf({ downloadKbps, uploadKbps }: DossierContract) {
  return { velocidade_download: `${downloadKbps / 1000} Mbits`, velocidade_upload: `${uploadKbps / 1000} Mbits` };
}

export function datesOf({ soldOn, activatedAt, cancelledAt }: DossierContract, timeZone: string) {
  return {
    data_venda: soldOn === null ? null : `${soldOn} 00:00:00`,
    data_habilitacao: activatedAt === null ? null : isoInstant(activatedAt, timeZone),
    data_cancelamento: cancelledAt === null ? null : isoInstant(cancelledAt, timeZone),
  };
}

/** Those parts that a list of names, such as `endereco_instalacao` and `pacotes`, asks for. */
export function relationsOf(contract: DossierContract, names: ReadonlySet<string>, timeZone: string) {
  if (names.size === 0) return {};
  const { servicePort: port } = contract;
  const all = {
    porta_atendimento: port && { numero: port.number, equipamento: port.equipment },
    ...networkOf(contract),
    pacotes: packagesOf(contract, timeZone),
    ...addressesOf(contract),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}
