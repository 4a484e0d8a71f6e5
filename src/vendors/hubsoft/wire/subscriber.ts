import { z } from 'zod';
import { address } from './address.ts';

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

/** `AAAA-MM-DD HH:MM:SS` */
const instant = z.string();

/** What is on file about a subscriber. */
const subscriberHead = {
  id_cliente: z.int(),
  codigo_cliente: z.int(),
  nome_razaosocial: z.string(),
  nome_fantasia: z.string().nullable(),
  tipo_pessoa: z.literal(['pf', 'pj']),
  cpf_cnpj: z.string(),
  /** Digits with area code; empty (null in `cliente/todos`) when there is none. */
  telefone_primario: z.string().nullable(),
  telefone_secundario: z.string().nullable(),
  telefone_terciario: z.string().nullable(),
  email_principal: z.string().nullable(),
  email_secundario: z.string().nullable(),
  rg: z.string().nullable(),
  rg_emissao: instant.nullable(),
  inscricao_municipal: z.string().nullable(),
  inscricao_estadual: z.string().nullable(),
  data_cadastro: instant,
};

const networkInterface = z.object({ nome: z.string(), tipo: z.string(), called_sid: z.string().nullable() }).nullable();
const equipment = z.object({ nome: z.string(), ipv4: z.string().nullable(), ipv6: z.string().nullable() }).nullable();

export const lastConnection = z.object({
  conectado: z.boolean(),
  /** `AAAA-MM-DD HH:MM:SS-03` */
  ultima_conexao_datetime: z.string(),
  ultima_desconexao_datetime: z.string().nullable(),
  /** `DD/MM/AAAA HH:MM:SS` */
  ultima_conexao: z.string(),
  ultima_desconexao: z.string().nullable(),
  ultimo_ipv4: z.string().nullable(),
  ultimo_nas_ip: z.string(),
  status_txt: z.string(),
  status_txt_resumido: z.string(),
});

const servicePort = z.object({ numero: z.int(), equipamento: z.string().nullable() });

const accessFields = {
  tecnologia: z.string(),
  login: z.string().nullable(),
  senha: z.string().nullable(),
  ipv4: z.string().nullable(),
  ipv6: z.string().nullable(),
};

const networkFields = {
  interface: networkInterface,
  interface_roteamento: networkInterface,
  equipamento_conexao: equipment,
  equipamento_roteamento: equipment,
};

const packages = z
  .array(
    z.object({
      id_pacote: z.int(),
      descricao: z.string(),
      /** In reais. */
      valor: z.string(),
      observacoes: z.string().nullable(),
      data_cadastro: instant,
    }),
  )
  .nullable();

const addressFields = {
  endereco_cadastral: address,
  endereco_instalacao: address,
  endereco_fiscal: address,
  endereco_cobranca: address,
};

/** What later versions of the API tell of a service besides. */
const laterFields = {
  id_servico: z.int(),
  /** `30 Mbits` */
  velocidade_download: z.string(),
  velocidade_upload: z.string(),
  mac_addr: z.string().nullable(),
  data_venda: instant.nullable(),
  data_habilitacao: instant.nullable(),
  data_cancelamento: instant.nullable(),
};

const serviceId = { id_cliente_servico: z.int() };

/** A subscriber in `cliente/all`. */
export const listedSubscriber = z.object({
  ...subscriberHead,
  data_nascimento: instant.nullable(),
  servicos: z.array(
    z.object({ ...serviceId, ...serviceHead, ...accessFields, ...networkFields, pacotes: packages, ...addressFields }),
  ),
});

/** A subscriber in `cliente`. */
export const foundSubscriber = z.object({
  ...subscriberHead,
  data_nascimento: instant.nullable(),
  /** Whether there is anything to tell them, and what. */
  alerta: z.boolean(),
  alerta_mensagens: z.array(z.string()),
  servicos: z.array(
    z.object({
      ...serviceId,
      ...serviceHead,
      ...accessFields,
      /** Only when asked for; empty when it has never connected. */
      ultima_conexao: z.union([lastConnection, z.array(z.never())]).optional(),
      /** Left out where there is none. */
      porta_atendimento: servicePort.optional(),
      ...networkFields,
      pacotes: packages,
      ...addressFields,
      ...laterFields,
    }),
  ),
  /** As later versions spell it. */
  data_nascmento: instant.nullable(),
});

/** What else `cliente/todos` tells of each service, when `relacoes` names it. */
export const serviceRelations = {
  porta_atendimento: servicePort.nullable(),
  ...networkFields,
  pacotes: packages,
  ...addressFields,
};

const { id_servico, velocidade_download, velocidade_upload, ...laterRest } = laterFields;
const { tecnologia, ...accessRest } = accessFields;

/** A subscriber in `cliente/todos`. */
export const pagedSubscriber = z.object({
  ...subscriberHead,
  data_nascmento: instant.nullable(),
  servicos: z.array(
    z
      .object({
        ...serviceId,
        id_servico,
        ...serviceHead,
        tecnologia,
        velocidade_download,
        velocidade_upload,
        ...accessRest,
        ...laterRest,
      })
      .extend(z.object(serviceRelations).partial().shape),
  ),
});
