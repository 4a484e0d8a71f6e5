import { refuse, refuseValueOf } from '../answers.ts';
import { newProspectOf, offeredPlanOf, prospectOf } from '../mapping/prospect.ts';
import { apiRoute } from '../route.ts';
import {
  newProspectAnswer,
  newProspectRequest,
  offeredPlansAnswer,
  offeredPlansRequest,
  postalCode,
  prospectsAnswer,
  prospectsRequest,
} from '../wire/prospect.ts';
import { found } from '../wire.ts';

const unknownPostalCode = 'Nenhuma cidade foi encontrada com esse CEP.';

/** Chapter 8.1: the plans that prospects may ask for where a postal code is. */
export const prospectoCreate = apiRoute({
  method: 'GET',
  path: 'prospecto/create',
  summary: 'List the plans that prospects may ask for at a postal code.',
  request: offeredPlansRequest,
  answer: offeredPlansAnswer,
  async run({ office }, { cep }) {
    if (cep === undefined) return refuse('CEP não informado.');
    const { data: code } = postalCode.safeParse(cep);
    const plans = code === undefined ? undefined : await office.plansAt(code);
    if (plans === undefined) return refuse(unknownPostalCode);
    return { status: 'success' as const, msg: found, servicos: plans.map(offeredPlanOf) };
  },
});

/** Chapter 8.1.1: records who asks for a plan, once for each CPF or CNPJ. */
export const prospectoStore = apiRoute({
  method: 'POST',
  path: 'prospecto',
  summary: 'Record a prospect.',
  request: newProspectRequest,
  answer: newProspectAnswer,
  async run({ office, caller }, request) {
    const added = await office.addProspect({
      document: request.cpf_cnpj,
      name: request.nome_razaosocial,
      phone: request.telefone,
      email: request.email,
      notes: request.observacao,
      address: {
        postalCode: request.cep,
        district: request.bairro,
        street: request.endereco,
        number: request.numero,
        complement: request.complemento,
        latitude: request.latitude,
        longitude: request.longitude,
      },
      planId: request.servico.id_servico,
      priceCents: request.servico.valor,
      origin: 'api',
      askedBy: caller.name,
    });
    if (added === 'unknown_postal_code') return refuse(unknownPostalCode);
    if (added === 'unknown_plan') return refuseValueOf('servico.id_servico');
    if ('known' in added) {
      return refuse(`O CPF/CNPJ já foi cadastrado antes no prospecto ${added.known.toLocaleUpperCase('pt-BR')}`);
    }
    return {
      status: 'success' as const,
      msg: 'Prospecto adicionado com sucesso',
      prospecto: newProspectOf(added.prospect, office.timeZone),
    };
  },
});

/** Chapter 8.2: prospects by a part of their name. */
export const prospecto = apiRoute({
  method: 'GET',
  path: 'prospecto',
  summary: 'Find prospects by a part of their name.',
  request: prospectsRequest,
  answer: prospectsAnswer,
  async run({ office }, { busca = '', termo_busca }) {
    const part = busca === 'nome_razaosocial' ? (termo_busca ?? busca) : busca;
    const prospects = await office.prospects(part);
    return {
      status: 'success' as const,
      msg: found,
      prospectos: prospects.map((one) => prospectOf(one, office.timeZone)),
    };
  },
});
