import { z } from 'zod';
import { optional, text } from '../../liberal-values.ts';
import { id, success } from '../wire.ts';

/** The shapes of what a telephone exchange tells (chapter 7). */

/** Digits, as a number or as text; those of a telephone also with punctuation. */
const extension = text(20)
  .transform((value) => value.trim())
  .refine((value) => /^\d{1,8}$/.test(value), { error: 'deve ser um valor numérico' });
const telephone = text(40)
  .transform((value) => value.replaceAll(/[\s().-]/g, ''))
  .refine((value) => /^\+?\d{2,20}$/.test(value), { error: 'deve ser um valor numérico' });
const internalId = text(60).transform((value) => value.trim());

/**
 * Whose phone rings, by one of two fields; and who calls, by at least one of three: the telephone is what the exchange
 * knows, the two others are for one that has looked the caller up already.
 */
export const callNoticeRequest = z
  .object({
    ramal: optional(extension),
    identificador_interno: optional(internalId),
    codigo_cliente: optional(id),
    id_cliente: optional(id),
    telefone: optional(telephone),
  })
  .refine((asked) => asked.ramal !== undefined || asked.identificador_interno !== undefined, {
    path: ['ramal'],
    error: 'é obrigatório caso o identificador_interno não seja informado',
  })
  .refine((asked) => (asked.telefone ?? asked.id_cliente ?? asked.codigo_cliente) !== undefined, {
    path: ['telefone'],
    error: 'é obrigatório caso o id_cliente ou o codigo_cliente não seja informado',
  });

export const callNoticeAnswer = success({});
