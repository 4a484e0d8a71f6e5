import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import type { DemoSituation } from '../../isp/demo/situations.ts';

/**
 * One sample of the documentation, with people who do not exist. Places are names joined by dots, `*` for every entry of a
 * list.
 */
interface Golden {
  readonly chapter: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Who is asked about. */
  readonly situation: DemoSituation;
  /** What is asked before, so that there is something to answer with. */
  readonly before?: readonly Asked[];
  /**
   * `@document`, `@code`, `@contract`, `@login`, `@phone` stand for the subscriber's, `@clientId`, `@clientSecret`, `@name`,
   * `@password` for the user's who asks, `@0.place` for what the first request before was answered.
   */
  readonly request: Readonly<Record<string, unknown>>;
  readonly answer: object;
  /** The places whose values are the same whoever is asked about. */
  readonly equal: readonly string[];
  /** Places where ours is of another kind than the sample's, which shows one of the kinds there are. */
  readonly varies?: Readonly<Record<string, string>>;
  /** Fields that later versions send besides, after those of the documentation, by the place they are in. */
  readonly later?: Readonly<Record<string, readonly string[]>>;
}

type Asked = Pick<Golden, 'method' | 'path' | 'request'>;

const folder = new URL('golden/', import.meta.url);
const goldens = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, golden: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden }));

/** Every sample answer of the documentation, by chapter, in the order in which it has them. */
const samples = {
  '2': ['token'],
  '3.1': ['atendimento-store-os'],
  '3.2': ['atendimento-update'],
  '4.1': ['cliente-all'],
  '4.2': ['cliente-atendimento'],
  '4.3': ['cliente'],
  '4.4': ['desbloqueio-confianca'],
  '4.5': ['solicitar-desconexao', 'solicitar-desconexao-offline'],
  '4.6': ['extrato-conexao'],
  '4.7': ['cliente-financeiro'],
  '4.8': ['enviar-email'],
  '4.9': ['enviar-sms'],
  '4.10': ['enviar-push'],
  '4.11': ['cliente-ordem-servico'],
  '4.12': ['reset-mac-addr'],
  '5.1': ['endereco-cidade'],
  '6.1': ['financeiro'],
  '7': ['pbx-notificar', 'pbx-cancelar'],
  '8.1': [
    'prospecto-store-again',
    'prospecto-store',
    'prospecto-create-no-cep',
    'prospecto-create-unknown-cep',
    'prospecto-create',
    'prospecto-create-anywhere',
  ],
  '8.2': ['prospecto-no-busca', 'prospecto'],
  '9.1': ['rede-equipamento'],
  '9.2': ['rede-pop'],
  '9.3': ['rede-zona-atendimento'],
};

/** What else those chapters say or show of the same answers: other entries of their lists, and a ticket without an order. */
const variants = ['atendimento-store', 'cliente-never-connected', 'cliente-financeiro-paid'];

test('every sample of the documentation has its file', () => {
  const wanted = Object.entries(samples).flatMap(([chapter, names]) => names.map((name) => ({ chapter, name })));
  const files = goldens.map(({ name, golden: { chapter } }) => ({ chapter, name: name.replace('.json', '') }));
  expect(new Set(files.filter(({ name }) => !variants.includes(name)))).toEqual(new Set(wanted));
});

let hubsoft: ServedHubsoft;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
  // Each of them has an app.
  const { db, tenantId } = hubsoft.provider;
  const subscribers = await db.selectFrom('subscriber').select('id').where('tenant_id', '=', tenantId).execute();
  for (const { id } of subscribers) {
    const endpoint = `https://push.example/${id}`;
    await hubsoft.push.register(tenantId, id, { endpoint, expirationTime: null, keys: { p256dh: '', auth: '' } });
  }
});
afterAll(() => hubsoft.close());

test.each(goldens)('$name is answered as documented, key by key and type by type', async ({ golden }) => {
  const answers: unknown[] = [];
  for (const asked of [...(golden.before ?? []), golden]) {
    const words = await wordsOf(golden.situation, answers);
    const path = asked.path.replace(/@[\w.]+/g, (word) => String(words(word)));
    const fields = Object.entries(asked.request).map(([name, value]) => [name, words(value)]);
    const { status, body } = await hubsoft.ask(asked.method, path, Object.fromEntries(fields) as object);
    expect(status).toBe(200);
    answers.push(body);
  }
  const body = answers.at(-1);
  expect(differences(body, golden.answer, golden)).toEqual([]);
  for (const place of golden.equal) expect([place, at(body, place)]).toEqual([place, at(golden.answer, place)]);
});

/** What is not as in the sample: its keys come first and in its order; after them only those known from later versions. */
function differences(actual: unknown, sample: unknown, golden: Golden, path: readonly string[] = []): string[] {
  const place = path.join('.');
  const varies = golden.varies?.[place];
  const [is, wanted] = [kindOf(actual), varies ?? kindOf(sample)];
  if (is !== wanted) return [`${place} is ${is} instead of ${wanted}`];
  if (varies !== undefined) return [];
  if (Array.isArray(actual)) {
    const [first] = sample as unknown[];
    if (actual.length === 0 && first !== undefined) return [`${place} is empty`];
    if (first === undefined) return actual.length === 0 ? [] : [`${place} is not empty`];
    return actual.flatMap((entry) => differences(entry, first, golden, [...path, '*']));
  }
  if (typeof actual !== 'object' || actual === null) return [];
  const names = Object.keys(sample as object);
  const [keys, wantedKeys] = [Object.keys(actual), [...names, ...(golden.later?.[place] ?? [])]];
  if (keys.join() !== wantedKeys.join()) return [`${place} has ${keys.join()} instead of ${wantedKeys.join()}`];
  return names.flatMap((name) =>
    differences((actual as never)[name], (sample as never)[name], golden, [...path, name]),
  );
}

/** Text that is a day or an instant is of a kind of its own for each way of writing it. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'string' && /^\d{2,4}[-/]\d{2}[-/]\d{2}/.test(value)) return value.replace(/\d/g, '0');
  return typeof value;
}

async function wordsOf(situation: DemoSituation, answers: readonly unknown[]): Promise<(value: unknown) => unknown> {
  const subscriber = hubsoft.demo.find((one) => one.situation === situation);
  const contract = hubsoft.contractOf(situation);
  const { db, tenantId } = hubsoft.provider;
  const row = await db
    .selectFrom('contract')
    .innerJoin('subscriber', (join) =>
      join
        .onRef('subscriber.tenant_id', '=', 'contract.tenant_id')
        .onRef('subscriber.id', '=', 'contract.subscriber_id'),
    )
    .innerJoin('subscriber_phone', (join) =>
      join
        .onRef('subscriber_phone.tenant_id', '=', 'subscriber.tenant_id')
        .onRef('subscriber_phone.subscriber_id', '=', 'subscriber.id'),
    )
    .select(['subscriber.code', 'contract.radius_login as login', 'subscriber_phone.number as phone'])
    .where('contract.tenant_id', '=', tenantId)
    .where('contract.id', '=', contract)
    .orderBy('subscriber_phone.position')
    .executeTakeFirstOrThrow();
  const own: Readonly<Record<string, unknown>> = { ...hubsoft.user, ...row, contract, document: subscriber?.document };
  return function word(value: unknown): unknown {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, word(inner)]));
    }
    if (typeof value !== 'string' || !value.startsWith('@')) return value;
    const [first = '', ...rest] = value.slice(1).split('.');
    return /^\d+$/.test(first) ? at(answers[Number(first)], rest.join('.')) : own[first];
  };
}

function at(value: unknown, place: string): unknown {
  return place
    .split('.')
    .reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key === '*' ? '0' : key], value);
}
