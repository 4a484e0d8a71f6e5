import type { z } from 'zod';
import type { OfferedPlan, ProspectRecord } from '../../../isp/service.ts';
import { nationalPhone } from '../../../kernel/phone-number.ts';
import { brazilianDayOf, isoInstant } from '../dates.ts';
import type { newProspectAnswer, offeredPlansAnswer, prospectsAnswer } from '../wire/prospect.ts';
import { reais, reaisText } from './amounts.ts';

type Offered = z.input<typeof offeredPlansAnswer>['servicos'][number];

export function offeredPlanOf(plan: OfferedPlan): Offered {
  const price = `(R$ ${reais(plan.priceCents).toFixed(2)})`;
  return {
    id_servico: plan.id,
    descricao: plan.name,
    valor: reais(plan.priceCents),
    nome_radius: plan.radiusGroup,
    display: `${plan.name} - ${price}${plan.active ? '' : ' (INATIVO)'}`,
    velocidade_download: plan.downloadKbps,
    velocidade_upload: plan.uploadKbps,
  };
}

/** As it is answered to the program that has just recorded it. */
export function newProspectOf(
  prospect: ProspectRecord,
  timeZone: string,
): z.input<typeof newProspectAnswer>['prospecto'] {
  const { id, plan } = prospect;
  const { nome_razaosocial, telefone, email, observacao, ...seen } = seenOf(prospect, timeZone);
  return {
    nome_razaosocial,
    telefone,
    email,
    observacao,
    id_endereco_numero: seen.id_endereco_numero,
    tipo_pessoa: seen.tipo_pessoa,
    cpf_cnpj: seen.cpf_cnpj,
    id_usuario: seen.id_usuario,
    origem: seen.origem,
    updated_at: seen.updated_at,
    created_at: seen.created_at,
    id_prospecto: id,
    created_at_br: seen.created_at_br,
    prospecto_servico:
      plan === null
        ? null
        : {
            id_prospecto_servico: plan.id,
            id_prospecto: id,
            id_servico: plan.planId,
            valor: reaisText(plan.priceCents),
          },
  };
}

/** As it stands in lists. */
export function prospectOf(
  prospect: ProspectRecord,
  timeZone: string,
): z.input<typeof prospectsAnswer>['prospectos'][number] {
  const seen = seenOf(prospect, timeZone);
  return {
    id_prospecto: prospect.id,
    nome_razaosocial: seen.nome_razaosocial,
    cpf_cnpj: seen.cpf_cnpj,
    email: seen.email,
    telefone: seen.telefone,
    observacao: seen.observacao,
    id_cliente: prospect.subscriberId,
    id_endereco_numero: seen.id_endereco_numero,
    created_at: seen.created_at,
    updated_at: seen.updated_at,
    tipo_pessoa: seen.tipo_pessoa,
    id_usuario: seen.id_usuario,
    origem: seen.origem,
    created_at_br: seen.created_at_br,
  };
}

function seenOf(prospect: ProspectRecord, timeZone: string) {
  return {
    nome_razaosocial: prospect.name.toLocaleUpperCase('pt-BR'),
    telefone: nationalPhone(prospect.phone),
    email: prospect.email,
    observacao: prospect.notes,
    id_endereco_numero: prospect.addressId,
    tipo_pessoa: prospect.kind === 'person' ? ('pf' as const) : ('pj' as const),
    cpf_cnpj: prospect.document,
    id_usuario: prospect.createdById,
    origem: prospect.origin === 'api' ? 'API' : prospect.origin,
    updated_at: isoInstant(prospect.updatedAt, timeZone),
    created_at: isoInstant(prospect.createdAt, timeZone),
    created_at_br: brazilianDayOf(prospect.createdAt, timeZone),
  };
}
