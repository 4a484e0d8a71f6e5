import { z } from 'zod';
import { success } from '../wire.ts';

/** The shapes of the network (chapter 9) and of the cities where it is (chapter 5.1). */

const equipmentHead = {
  nome: z.string(),
  ipv4: z.string().nullable(),
  ipv6: z.string().nullable(),
  modelo: z.string().nullable(),
  fabricante: z.string().nullable(),
};
const equipment = z.object({ id_equipamento: z.int(), ...equipmentHead });

export const equipmentAnswer = success({ equipamentos: z.array(equipment) });

export const popsAnswer = success({
  pops: z.array(z.object({ id_pop: z.int(), nome: z.string(), equipamentos: z.array(equipment) })),
});

export const zonesAnswer = success({
  zonas_atendimento: z.array(
    z.object({
      id_zona_atendimento: z.int(),
      nome: z.string(),
      descricao: z.string().nullable(),
      interfaces: z.array(
        z.object({
          id_interface_conexao: z.int(),
          nome: z.string(),
          descricao: z.string().nullable(),
          /** `gpon`, `epon`, `wireless`, … */
          tipo: z.string(),
          equipamento_conexao: z.object(equipmentHead),
        }),
      ),
    }),
  ),
});

export const citiesAnswer = success({
  cidades: z.array(
    z.object({
      id_cidade: z.int(),
      nome: z.string(),
      /** `MG` */
      uf: z.string(),
      ibge: z.string().nullable(),
      bairros: z.array(z.object({ nome: z.string() })),
    }),
  ),
});
