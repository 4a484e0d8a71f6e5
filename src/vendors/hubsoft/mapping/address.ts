import type { z } from 'zod';
import type { LocatedAddress } from '../../../isp/service.ts';
import type { address } from '../wire/address.ts';

/** The names of the federal units, as the field `uf` has them. */
const stateNames: Readonly<Record<string, string>> = {
  AC: 'ACRE',
  AL: 'ALAGOAS',
  AM: 'AMAZONAS',
  AP: 'AMAPÁ',
  BA: 'BAHIA',
  CE: 'CEARÁ',
  DF: 'DISTRITO FEDERAL',
  ES: 'ESPÍRITO SANTO',
  GO: 'GOIÁS',
  MA: 'MARANHÃO',
  MG: 'MINAS GERAIS',
  MS: 'MATO GROSSO DO SUL',
  MT: 'MATO GROSSO',
  PA: 'PARÁ',
  PB: 'PARAÍBA',
  PE: 'PERNAMBUCO',
  PI: 'PIAUÍ',
  PR: 'PARANÁ',
  RJ: 'RIO DE JANEIRO',
  RN: 'RIO GRANDE DO NORTE',
  RO: 'RONDÔNIA',
  RR: 'RORAIMA',
  RS: 'RIO GRANDE DO SUL',
  SC: 'SANTA CATARINA',
  SE: 'SERGIPE',
  SP: 'SÃO PAULO',
  TO: 'TOCANTINS',
};

export function addressOf(at: LocatedAddress): z.input<typeof address> {
  const complement = at.complement ?? '';
  const line = `${at.streetType} ${at.street}, ${at.number} - ${at.district}, ${at.city}/${at.state}`;
  return {
    completo: (complement === '' ? line : `${line} - ${complement}`).toUpperCase(),
    logradouro: at.streetType,
    endereco: at.street,
    numero: at.number,
    complemento: complement,
    bairro: at.district,
    cep: `${at.postalCode.slice(0, 5)}-${at.postalCode.slice(5)}`,
    estado: at.state,
    uf: stateNames[at.state] ?? at.state,
    cidade: at.city,
    coordenadas: { latitude: at.latitude, longitude: at.longitude },
  };
}
