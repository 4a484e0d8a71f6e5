import { z } from 'zod';
import { optional } from '../../liberal-values.ts';
import {
  id,
  limit,
  positive,
  searchKind,
  searchTerm,
  success,
  window,
  windowInOrder,
  windowOutOfOrder,
} from '../wire.ts';
import { shortService, shortSubscriber } from './subscriber.ts';

/** The shapes of what is done about a service's connection (chapters 4.4 to 4.6, 4.12). */

/** Chapter 4.4. More days than a provider can allow are an error of its rule, not of the number. */
export const trustUnlockRequest = z.object({
  id_cliente_servico: id,
  dias_desbloqueio: optional(positive).transform((days) => days ?? 1),
});

/** Chapters 4.4, 4.12. */
export const done = success({});

/** Chapter 4.5. */
export const disconnectRequest = z.object({ id_cliente_servico: id });
export const disconnectAnswer = success({ login: z.string() });

/** Chapter 4.12. */
export const resetMacRequest = z.object({ id_cliente_servico: id });

/** Chapter 4.6. */
export const sessionsRequest = z
  .object({ busca: searchKind(['login']), termo_busca: searchTerm, limit: limit(50, 20), ...window })
  .refine(windowInOrder, windowOutOfOrder);

export const sessionsAnswer = success({
  registros: z.array(
    z.object({
      /** `AAAA-MM-DD HH:MM:SS-03` */
      acctstarttime: z.string(),
      /** `DD/MM/AAAA HH:MM:SS` */
      acctstarttimebr: z.string(),
      acctstoptime: z.string().nullable(),
      acctstoptimebr: z.string().nullable(),
      calledstationid: z.string().nullable(),
      callingstationid: z.string().nullable(),
      download_megabytes: z.number(),
      upload_megabytes: z.number(),
      framedipaddress: z.string().nullable(),
      nasipaddress: z.string(),
      nasportid: z.string().nullable(),
      nasporttype: z.string().nullable(),
      username: z.string(),
      servico: shortService,
      cliente: shortSubscriber,
    }),
  ),
  estatisticas: z.object({
    total_conexoes: z.int(),
    download_total: z.number(),
    upload_total: z.number(),
    trafego_total: z.number(),
    /** Megabytes a second. */
    media_download: z.number(),
    media_upload: z.number(),
  }),
});
