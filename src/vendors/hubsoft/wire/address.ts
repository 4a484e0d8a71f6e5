import { z } from 'zod';

/** One of the four addresses of a service. */
export const address = z.object({
  /** On one line, in capitals: `RUA GOIÁS, 86 - PORTO VELHO, DIVINÓPOLIS/MG - APTO 101`. */
  completo: z.string(),
  logradouro: z.string(),
  endereco: z.string(),
  numero: z.string(),
  complemento: z.string(),
  bairro: z.string(),
  /** `35500-000` */
  cep: z.string(),
  /** `MG` */
  estado: z.string(),
  /** `MINAS GERAIS` */
  uf: z.string(),
  cidade: z.string(),
  /** In degrees. */
  coordenadas: z.object({ latitude: z.number().nullable(), longitude: z.number().nullable() }),
});
