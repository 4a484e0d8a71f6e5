import { z } from 'zod';

/**
 * Shapes of the Intelbras PBX's API, as its manual's samples have them (API v1.2): every value is text, fields stand in the
 * samples' order.
 */

/** `["Status", "OK"]`, and further pairs of a name and a value. */
export type FlatAnswer = readonly ['Status', string, ...string[]];

/** A flat answer, as it is described. */
export const flatAnswer = z.array(z.string()).min(2);

export function status(text: string, ...more: string[]): FlatAnswer {
  return ['Status', text, ...more];
}

/** What is answered where the manual has its own words, and where it has none (ours). */
export const refusals = {
  protocol: status('Erro de Protocolo'),
  credentials: status('Login/Senha Invalido'),
  unknownAction: status('ACAO INVALIDA'),
  unreadable: status('JSON INVALIDO'),
  trouble: status('ERRO: TENTE NOVAMENTE'),
  missing: (field: string) => status(`CAMPO OBRIGATORIO: ${field}`),
  invalid: (field: string) => status(`CAMPO INVALIDO: ${field}`),
} as const;

/** An extension with the call it is in ("Sincronismo de Tela"); of one that is in none the call's fields are empty. */
export const extensionStatus = z.object({
  Ramal: z.string(),
  Status: z.enum(['Not in use', 'In use', 'Ringing', 'Unavailable', 'On Hold']),
  Direcao: z.enum(['ENTRADA', 'SAIDA', '']),
  /** Seconds. */
  Duracao: z.string(),
  StatusCanal: z.enum(['Up', 'Ring', 'Ringing', 'Down', '']),
  /** The other side's number. */
  Callerid: z.string(),
  /** The number that was dialled. */
  Extension: z.string(),
  JSON1: z.string(),
  JSON2: z.string(),
  JSON3: z.string(),
  GRAVACAO: z.string(),
  IDCHAMADA: z.string(),
});
export type ExtensionStatus = Readonly<z.infer<typeof extensionStatus>>;

/** What an agent did ("Status Operações", of which the manual has no sample: the fields' names are ours). */
export const operationReport = z.object({
  ramal: z.string(),
  operador: z.string(),
  evento: z.enum(['LOGIN', 'LOGOUT', 'PAUSA']),
  motivo: z.string(),
  inicio: z.string(),
  /** Empty while it goes on. */
  fim: z.string(),
  /** Seconds, until now while it goes on. */
  duracao: z.string(),
  /** The agent's queues, by commas. */
  fila: z.string(),
});
export type OperationReport = Readonly<z.infer<typeof operationReport>>;

/** A call that is over ("Discador - Exemplo de Resposta"). */
export const callReportRow = z.object({
  id: z.string(),
  conta: z.string(),
  nomeoperador: z.string(),
  ramal: z.string(),
  tipo: z.string(),
  chamada: z.enum(['E', 'S']),
  datahora: z.string(),
  duracao: z.string(),
  numero: z.string(),
  tempofila: z.string().nullable(),
  abandonoramal: z.string().nullable(),
  abandonofila: z.string().nullable(),
  naoatendidas: z.enum(['0', '1']),
  statuschamada: z.string(),
  grupo: z.string(),
  aguardouatendimento: z.string(),
  uniqueid: z.string(),
  gravacao: z.string(),
  ip: z.string(),
  backup: z.string(),
  caminho: z.string(),
  time: z.string(),
  dac_aut: z.string(),
  nota_atendimento: z.string(),
  t_chamando: z.string(),
  dialed_time: z.string(),
  tempo_pausa: z.string(),
  tempo_logado: z.string(),
  setor_nome: z.string(),
  sidehangup: z.enum(['CLIENTE', 'OPERADOR', 'SISTEMA']),
  cliente: z.string(),
  campanha: z.string(),
  id_mailing: z.string(),
  tronco: z.string(),
  codigo_conta: z.string(),
  tipo_chamada: z.string(),
  operadora: z.string(),
  call_entrada: z.string(),
  ip_origem: z.string(),
  operadora_cadup: z.string(),
  log: z.string(),
  tarifa: z.string(),
  modulacao: z.string(),
  nota_atendimento2: z.string(),
  valor_custo: z.string(),
  valor_cobrado: z.string(),
  protocolo: z.string(),
  tag: z.string(),
  tamanho_gravacao: z.string(),
  v5: z.string(),
  ura: z.string(),
  ftp: z.string(),
  enlace: z.enum(['EXTERNA', 'INTERNA']),
});
export type CallReport = Readonly<z.infer<typeof callReportRow>>;
