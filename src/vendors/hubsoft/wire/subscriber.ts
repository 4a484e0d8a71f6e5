import { z } from 'zod';

/** The shapes of subscribers and their services (chapters 4.1 and 4.3), and the short forms in which others name them. */

/** Whose something is. */
export const shortSubscriber = z.object({
  codigo_cliente: z.int(),
  nome_razaosocial: z.string(),
  /** Digits, or the characters of an alphanumeric CNPJ, without punctuation. */
  cpf_cnpj: z.string(),
});

/** What each service begins with after its id: which of the subscriber's it is, its plan, price in reais, and state. */
export const serviceHead = {
  numero_plano: z.int(),
  nome: z.string(),
  valor: z.number(),
  /** For people: `Serviço Habilitado`. */
  status: z.string(),
  /** For programs: `servico_habilitado`. */
  status_prefixo: z.string(),
};

/** On which service something happened. */
export const shortService = z.object(serviceHead);
