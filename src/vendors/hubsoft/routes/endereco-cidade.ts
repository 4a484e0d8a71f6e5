import { z } from 'zod';
import { apiRoute } from '../route.ts';
import { citiesAnswer } from '../wire/network.ts';

/** Chapter 5.1: the cities and districts where there are active subscribers, and no others. */
export const enderecoCidade = apiRoute({
  method: 'GET',
  path: 'endereco/cidade',
  summary: 'List the cities and districts with active subscribers.',
  request: z.object({}),
  answer: citiesAnswer,
  async run({ office }) {
    const cidades = (await office.cities()).map(({ id, name, state, ibgeCode, districts }) => ({
      id_cidade: id,
      nome: name,
      uf: state,
      ibge: ibgeCode,
      bairros: districts.map((district) => ({ nome: district })),
    }));
    return { status: 'success' as const, msg: 'Dados consultados com sucesso.', cidades };
  },
});
