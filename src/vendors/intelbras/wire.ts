/**
 * Shapes of the Intelbras PBX's API, as its manual's samples have them (API v1.2): every value is text, fields stand in the
 * samples' order.
 */

/** `["Status", "OK"]`, and further pairs of a name and a value. */
export type FlatAnswer = readonly ['Status', string, ...string[]];

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
export interface ExtensionStatus {
  readonly Ramal: string;
  readonly Status: 'Not in use' | 'In use' | 'Ringing' | 'Unavailable' | 'On Hold';
  readonly Direcao: 'ENTRADA' | 'SAIDA' | '';
  /** Seconds. */
  readonly Duracao: string;
  readonly StatusCanal: 'Up' | 'Ring' | 'Ringing' | 'Down' | '';
  /** The other side's number. */
  readonly Callerid: string;
  /** The number that was dialled. */
  readonly Extension: string;
  readonly JSON1: string;
  readonly JSON2: string;
  readonly JSON3: string;
  readonly GRAVACAO: string;
  readonly IDCHAMADA: string;
}

/** What an agent did ("Status Operações", of which the manual has no sample: the fields' names are ours). */
export interface OperationReport {
  readonly ramal: string;
  readonly operador: string;
  readonly evento: 'LOGIN' | 'LOGOUT' | 'PAUSA';
  readonly motivo: string;
  readonly inicio: string;
  /** Empty while it goes on. */
  readonly fim: string;
  /** Seconds, until now while it goes on. */
  readonly duracao: string;
  /** The agent's queues, by commas. */
  readonly fila: string;
}

/** A call that is over ("Discador - Exemplo de Resposta"). */
export interface CallReport {
  readonly id: string;
  readonly conta: string;
  readonly nomeoperador: string;
  readonly ramal: string;
  readonly tipo: string;
  readonly chamada: 'E' | 'S';
  readonly datahora: string;
  readonly duracao: string;
  readonly numero: string;
  readonly tempofila: string | null;
  readonly abandonoramal: string | null;
  readonly abandonofila: string | null;
  readonly naoatendidas: '0' | '1';
  readonly statuschamada: string;
  readonly grupo: string;
  readonly aguardouatendimento: string;
  readonly uniqueid: string;
  readonly gravacao: string;
  readonly ip: string;
  readonly backup: string;
  readonly caminho: string;
  readonly time: string;
  readonly dac_aut: string;
  readonly nota_atendimento: string;
  readonly t_chamando: string;
  readonly dialed_time: string;
  readonly tempo_pausa: string;
  readonly tempo_logado: string;
  readonly setor_nome: string;
  readonly sidehangup: 'CLIENTE' | 'OPERADOR' | 'SISTEMA';
  readonly cliente: string;
  readonly campanha: string;
  readonly id_mailing: string;
  readonly tronco: string;
  readonly codigo_conta: string;
  readonly tipo_chamada: string;
  readonly operadora: string;
  readonly call_entrada: string;
  readonly ip_origem: string;
  readonly operadora_cadup: string;
  readonly log: string;
  readonly tarifa: string;
  readonly modulacao: string;
  readonly nota_atendimento2: string;
  readonly valor_custo: string;
  readonly valor_cobrado: string;
  readonly protocolo: string;
  readonly tag: string;
  readonly tamanho_gravacao: string;
  readonly v5: string;
  readonly ura: string;
  readonly ftp: string;
  readonly enlace: 'EXTERNA' | 'INTERNA';
}
