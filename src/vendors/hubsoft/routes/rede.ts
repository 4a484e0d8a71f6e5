import { z } from 'zod';
import type { EquipmentRecord } from '../../../isp/service.ts';
import { apiRoute } from '../route.ts';
import { equipmentAnswer, popsAnswer, zonesAnswer } from '../wire/network.ts';

const msg = 'Dados consultados com sucesso.';

/** Chapter 9.1: all that the provider's network is made of. */
export const redeEquipamento = apiRoute({
  method: 'GET',
  path: 'rede/equipamento',
  summary: "List the network's equipment.",
  request: z.object({}),
  answer: equipmentAnswer,
  run: async ({ office }) => ({
    status: 'success' as const,
    msg,
    equipamentos: (await office.equipment()).map(numbered),
  }),
});

/** Chapter 9.2: the points of presence, with what stands there. */
export const redePop = apiRoute({
  method: 'GET',
  path: 'rede/pop',
  summary: 'List the points of presence with their equipment.',
  request: z.object({}),
  answer: popsAnswer,
  async run({ office }) {
    const pops = (await office.pops()).map(({ id, name, equipment }) => ({
      id_pop: id,
      nome: name,
      equipamentos: equipment.map(numbered),
    }));
    return { status: 'success' as const, msg, pops };
  },
});

/** Chapter 9.3: the service zones, with the interfaces that serve them. */
export const redeZonaAtendimento = apiRoute({
  method: 'GET',
  path: 'rede/zona_atendimento',
  summary: 'List the service zones with their interfaces.',
  request: z.object({}),
  answer: zonesAnswer,
  async run({ office }) {
    const zonas_atendimento = (await office.serviceZones()).map((zone) => ({
      id_zona_atendimento: zone.id,
      nome: zone.name,
      descricao: zone.description,
      interfaces: zone.interfaces.map((one) => ({
        id_interface_conexao: one.id,
        nome: one.name,
        descricao: one.description,
        tipo: one.kind,
        equipamento_conexao: unnumbered(one.equipment),
      })),
    }));
    return { status: 'success' as const, msg, zonas_atendimento };
  },
});

function numbered(equipment: EquipmentRecord) {
  return { id_equipamento: equipment.id, ...unnumbered(equipment) };
}

function unnumbered({ name, ipv4, ipv6, model, maker }: EquipmentRecord) {
  return { nome: name, ipv4, ipv6, modelo: model, fabricante: maker };
}
