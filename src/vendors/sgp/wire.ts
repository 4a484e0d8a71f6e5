import { z } from 'zod';
import { day, echoed, flag, optional, text, whole } from '../liberal-values.ts';

/**
 * The shapes on the wire of SGP's web service for voice menus ("WebService URA" 1.0, and the methods that its callers
 * are known to use besides). Requests are read liberally; answers are sent with exactly these keys in this order.
 * Amounts are reais as numbers, `AAAA-MM-DD` are calendar days, `DD/MM/AAAA HH:MM:SS` the provider's wall clock.
 */

/** Whose contract is meant: by its id, or by the document of a subscriber with one contract. */
const who = { contrato: optional(whole), cpfcnpj: optional(text(60)) };
/** The telephone the caller calls from, given back as it came. */
const uracontato = { uracontato: echoed.nullish() };
const page = { offset: optional(whole), limit: optional(whole) };

export const consultaClienteRequest = z.object({ ...who, telefone: optional(text(60)), login: optional(text(255)) });
export const liberacaoPromessaRequest = z.object({
  ...who,
  ...uracontato,
  data_promessa: optional(day),
  enviar_sms: optional(flag),
  conteudo: optional(text(10_000)),
});
export const enviaFaturaRequest = z.object({ ...who, ...uracontato, tipo: optional(text(20)) });
export const verificaAcessoRequest = z.object({ ...who, ...uracontato });
export const notificacaoSistemaRequest = z.object({
  ...who,
  ...uracontato,
  uraagent: echoed.nullish(),
  /** The name in the table of parameters; `uraagent` in its sample. */
  uraagente: echoed.nullish(),
});
export const chamadoRequest = z.object({
  ...who,
  ...uracontato,
  ocorrenciatipo: optional(whole),
  motivoos: optional(text(20)),
  setor: optional(text(255)),
  conteudo: optional(text(10_000)),
  observacao: optional(text(10_000)),
  contato_nome: optional(text(255)),
  contato_telefone: optional(text(60)),
  /** No service order: the ticket only. */
  desativa_os: optional(flag),
});
export const clientesRequest = z.object({
  ...who,
  ...page,
  cliente_id: optional(whole),
  cliente_nome: optional(text(255)),
  telefone: optional(text(60)),
  login: optional(text(255)),
  contrato_status: optional(whole),
  omitir_contratos: optional(flag),
  omitir_titulos: optional(flag),
  omitir_contatos: optional(flag),
});
export const titulosRequest = z.object({
  ...who,
  ...page,
  cliente_id: optional(whole),
  titulo_id: optional(whole),
  status: optional(text(20)),
  apenas_titulos_em_aberto: optional(flag),
  ordenar: optional(text(40)),
  ordenar_ordem: optional(text(10)),
  data_vencimento_inicio: optional(day),
  data_vencimento_fim: optional(day),
  data_pagamento_inicio: optional(day),
  data_pagamento_fim: optional(day),
});
export const fatura2viaRequest = z.object({
  ...who,
  ...uracontato,
  /** The invoice's id. */
  fatura: optional(whole),
  numero_documento: optional(text(40)),
  faturas_abertas_todas: optional(flag),
  nao_gerar_os: optional(flag),
});
export const pixRequest = z.object({ fatura: whole, contrato: optional(whole) });
export const manutencaoListRequest = z.object({});
export const ocorrenciaListRequest = z.object({
  ...who,
  ...page,
  ocorrencia: optional(text(20)),
  tipo: optional(whole),
  /** 0 open, 1 closed. */
  status: optional(whole),
  data_cadastro_inicio: optional(day),
  data_cadastro_fim: optional(day),
});
export const smsSendRequest = z.object({
  phone: optional(text(2_000)),
  msg: optional(text(1_000)),
  /** Names that other callers use for the same two. */
  telefone: optional(text(2_000)),
  mensagem: optional(text(1_000)),
  idcontrato: optional(whole),
});

/** 1 Ativo, 2 Inativo, 3 Cancelado, 4 Suspenso, 5 Inviabilidade Técnica, 6 Novo, 7 Ativo V. Reduzida. */
const contractStatus = z.int().min(1).max(7);

/** One contract of `consultacliente`: the eight fields of its sample, then those that later versions send. */
export const contratoConsultado = z.object({
  razaoSocial: z.string(),
  contratoStatusDisplay: z.string(),
  promessasPagamentoMes: z.int(),
  contratoValorAberto: z.number(),
  /** Digits, or the characters of an alphanumeric CNPJ, without punctuation. */
  cpfCnpj: z.string(),
  contratoStatus: contractStatus,
  contratoId: z.int(),
  contratoStatusModo: z.int(),
  clienteId: z.int(),
  contratoTitulosAReceber: z.int(),
  motivo_status: z.string(),
  /** `DD/MM/AAAA HH:MM:SS` */
  dataCadastro: z.string(),
  planointernet: z.string(),
  servico_id: z.int(),
  servico_plano: z.string(),
  servico_login: z.string(),
  servico_mac: z.string(),
  servico_tipo_conexao: z.string(),
  endereco_logradouro: z.string(),
  endereco_numero: z.string(),
  endereco_complemento: z.string().nullable(),
  endereco_bairro: z.string(),
  endereco_cidade: z.string(),
  endereco_uf: z.string(),
  /** `99999-999` */
  endereco_cep: z.string(),
  popId: z.int().nullable(),
  popNome: z.string().nullable(),
  /** As they are dialled in the country: `(34) 99999-0000`. */
  telefones: z.array(z.string()),
  emails: z.array(z.string()),
});
export const consultaClienteAnswer = z.object({ msg: z.string(), contratos: z.array(contratoConsultado) });

/** What nearly every answer begins with; `contratoId` and `uracontato` repeat the request. */
const uraEcho = z.union([z.string(), z.number()]);
const contratoId = z.number().nullable();

/** status 1 freed, 2 refused, 0 nothing done. */
export const liberacaoPromessaAnswer = z.object({
  status: z.literal([0, 1, 2]),
  razaoSocial: z.string(),
  liberado: z.boolean(),
  /** Masked: `043.***.414-**`. */
  cpfCnpj: z.string(),
  /** When freed it holds the PPPoE login: never to be spoken or logged. */
  msg: z.string(),
  contratoId,
  uracontato: uraEcho,
  /** These three when freed. `data_promessa` is the last day, `AAAA-MM-DD`. */
  protocolo: z.string().optional(),
  liberado_dias: z.int().optional(),
  data_promessa: z.string().optional(),
});

/** status 1 sent, 2 no contact of that kind, 9 delivery error, 0 nothing done. */
export const enviaFaturaAnswer = z.object({
  status: z.literal([0, 1, 2, 9]),
  razaoSocial: z.string(),
  cpfCnpj: z.string(),
  msg: z.string(),
  contratoId,
  uracontato: uraEcho,
  /** Empty only when there is no such contract. */
  protocolo: z.string(),
});

/** status 1 online, 2 offline, 3 other, 8 concentrator offline, 9 maintenance on the way, 0 nothing done. */
export const verificaAcessoAnswer = z.object({
  status: z.literal([0, 1, 2, 3, 8, 9]),
  razaoSocial: z.string(),
  cpfCnpj: z.string(),
  msg: z.string(),
  contratoId,
  uracontato: uraEcho,
  /** `1h30m`, with 8 and 9 when a return is forecast. */
  tempo: z.string().optional(),
});

/** status 1 notified, 0 not. */
export const notificacaoSistemaAnswer = z.object({
  status: z.literal([0, 1]),
  razaoSocial: z.string(),
  cpfCnpj: z.string(),
  msg: z.string(),
  contratoId,
  uracontato: uraEcho,
  /** With status 0, as in its sample; empty, since nothing was recorded. */
  protocolo: z.string().optional(),
  uraagent: uraEcho,
});

/** status 1 opened (with `protocolo`), 0 not (with `msg`). */
export const chamadoAnswer = z.object({
  status: z.literal([0, 1]),
  razaoSocial: z.string(),
  cpfCnpj: z.string(),
  msg: z.string().optional(),
  protocolo: z.string().optional(),
  contratoId,
  uracontato: uraEcho,
});

/** Several contracts and none named, where one is needed. */
export const severalContractsAnswer = z.object({ status: z.literal(0), msg: z.string() });

const paginacao = z.object({ offset: z.int(), limit: z.int(), parcial: z.int(), total: z.int() });

export const titulo = z.object({
  id: z.int(),
  clienteContrato: z.int(),
  numeroDocumento: z.string(),
  /** The boleto as PDF. */
  link: z.string(),
  link_cobranca: z.string(),
  status: z.enum(['aberto', 'pago', 'cancelado']),
  valor: z.number(),
  valorCorrigido: z.number(),
  valorPago: z.number().nullable(),
  /** 44 digits; empty when it is not paid by boleto. */
  codigoBarras: z.string(),
  /** 47 digits without punctuation; empty likewise. */
  linhaDigitavel: z.string(),
  codigoPix: z.string(),
  dataVencimento: z.string(),
  dataEmissao: z.string(),
  dataPagamento: z.string().nullable(),
  diasAtraso: z.int(),
});
export const titulosAnswer = z.object({ paginacao, titulos: z.array(titulo) });

const endereco = z.object({
  logradouro: z.string(),
  numero: z.string(),
  complemento: z.string().nullable(),
  bairro: z.string(),
  cidade: z.string(),
  uf: z.string(),
  cep: z.string(),
});
export const clienteListado = z.object({
  id: z.int(),
  nome: z.string(),
  /** Without punctuation. */
  cpfcnpj: z.string(),
  tipo: z.enum(['F', 'J']),
  dataCadastro: z.string(),
  endereco: endereco.nullable(),
  contatos: z.object({ telefones: z.array(z.string()), emails: z.array(z.string()) }).optional(),
  contratos: z
    .array(
      z.object({
        id: z.int(),
        /** The same number: some callers read one name, some the other. */
        contrato: z.int(),
        status: z.string(),
        contratoStatus: contractStatus,
        motivo_status: z.string(),
        dataCadastro: z.string(),
        plano: z.string(),
        login: z.string(),
        valor: z.number(),
        valorAberto: z.number(),
        promessasPagamentoMes: z.int(),
        endereco,
        servicos: z.array(
          z.object({
            id: z.int(),
            tipo: z.string(),
            plano: z.object({ id: z.int(), descricao: z.string() }),
            login: z.string(),
          }),
        ),
        titulos: z.array(titulo).optional(),
      }),
    )
    .optional(),
  /** The same invoices as in the contracts: some callers look for them here. */
  titulos: z.array(titulo).optional(),
});
export const clientesAnswer = z.object({ paginacao, clientes: z.array(clienteListado) });

/** status 1 with at least one link, 0 with none and the reason in `msg`. */
export const fatura2viaAnswer = z.object({
  status: z.literal([0, 1]),
  razaoSocial: z.string(),
  cpfCnpj: z.string(),
  msg: z.string(),
  contratoId,
  /** Given when a ticket was recorded: not with `nao_gerar_os`. */
  protocolo: z.string().optional(),
  links: z.array(
    z.object({
      id: z.int(),
      fatura: z.int(),
      numero_documento: z.string(),
      vencimento: z.string(),
      vencimento_original: z.string(),
      valor: z.number(),
      valor_original: z.number(),
      linhadigitavel: z.string(),
      codigopix: z.string(),
      link: z.string(),
    }),
  ),
  /** The first one's. */
  link: z.string(),
  linhadigitavel: z.string(),
});

export const pixAnswer = z.object({
  status: z.literal([0, 1]),
  msg: z.string(),
  fatura: z.number(),
  valor: z.number().optional(),
  vencimento: z.string().optional(),
  /** The BR Code, under the three names by which callers look for it. */
  pix: z.string().optional(),
  codigoPix: z.string().optional(),
  codigo: z.string().optional(),
});

const named = z.array(z.object({ id: z.int(), nome: z.string() }));
/** Work going on; an entry whose lists of places are all empty is for every caller. */
export const manutencao = z.object({
  /** Negative for a notice of the provider's, which is no work on the network. */
  id: z.int(),
  descricao: z.string(),
  /** `AAAA-MM-DD HH:MM:SS` */
  data_inicial: z.string(),
  data_final: z.string().nullable(),
  /** What a voice menu says. */
  mensagem_ura: z.string(),
  mensagem_central: z.string(),
  ativa: z.literal([0, 1]),
  severidade: z.string(),
  pops: z.array(z.object({ id: z.int(), nome: z.string(), cidade: z.string(), uf: z.string() })),
  nas: named,
  olts: named,
  equipamentos: named,
  cidades: named,
  bairros: named,
});
export const manutencaoListAnswer = z.array(manutencao);

export const ocorrencia = z.object({
  id: z.int(),
  /** The protocol, under both names in use. */
  numero: z.string(),
  protocolo: z.string(),
  contrato: z.int(),
  cliente: z.string(),
  tipo_id: z.int(),
  tipo: z.string(),
  status_id: z.literal([0, 1]),
  status: z.enum(['Aberta', 'Encerrada']),
  conteudo: z.string(),
  metodo: z.string(),
  responsavel: z.string().nullable(),
  /** `DD/MM/AAAA HH:MM:SS` */
  data_cadastro: z.string(),
  data_agendamento: z.string().nullable(),
  data_finalizacao: z.string().nullable(),
  ordens_servicos: z.array(
    z.object({
      id: z.int(),
      motivo_id: z.int(),
      motivo: z.string(),
      status: z.string(),
      data_agendamento: z.string().nullable(),
      data_finalizacao: z.string().nullable(),
    }),
  ),
});
export const ocorrenciaListAnswer = z.object({ paginacao, ocorrencias: z.array(ocorrencia) });

/** status 1 when every number was accepted for delivery, 0 when any was not (named in `msg`). */
export const smsSendAnswer = z.object({ status: z.literal([0, 1]), msg: z.string() });

/** 400, 403, 405, 413, 429, 500 and 503; 404 has a page in HTML. */
export const errorAnswer = z.object({ detail: z.string() });
