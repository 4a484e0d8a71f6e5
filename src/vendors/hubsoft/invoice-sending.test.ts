import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import { openPushService, type PushService } from '../../../test/helpers/push-service.ts';
import type { DemoSituation } from '../../isp/demo/situations.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createDelivery } from '../../messaging/delivery.ts';
import { createPushKeys } from '../../messaging/push-keys.ts';
import { createPushSubscriptions } from '../../messaging/push-subscriptions.ts';
import { pushTransport } from '../../messaging/push-transport.ts';
import { pushSubscription } from '../../messaging/schemas.ts';
import type { EmailMessage } from '../../messaging/service.ts';
import { createOutboxStore } from '../../messaging/store.ts';
import { apiBase } from './server.ts';

let hubsoft: ServedHubsoft;
let service: PushService;
beforeAll(async () => {
  [hubsoft, service] = await Promise.all([servedHubsoft(), openPushService()]);
});
afterAll(async () => {
  await service.close();
  await hubsoft.close();
});

type Way = 'enviar_email' | 'enviar_sms' | 'enviar_push';
interface Job {
  readonly emails?: readonly Record<string, unknown>[];
  readonly telefones?: readonly Record<string, unknown>[];
}

async function send(way: Way, fields: object, key?: string) {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const { status, body } = await hubsoft.ask('POST', `cliente/financeiro/${way}`, fields, headers);
  expect(status).toBe(200);
  return body as { status: string; msg: string; job?: Job; errors?: string[] };
}

/** The subscriber in a situation, and their earliest open invoice. */
async function owing(situation: DemoSituation, nth = 0) {
  const person = hubsoft.demo.filter((one) => one.situation === situation)[nth];
  const { db, tenantId } = hubsoft.provider;
  const row = await db
    .selectFrom('invoice as i')
    .innerJoin('contract as c', 'c.id', 'i.contract_id')
    .select(['i.id', 'c.subscriber_id'])
    .where('i.tenant_id', '=', tenantId)
    .where('i.status', '=', 'open')
    .where('c.id', 'in', person?.contracts ?? [])
    .orderBy('i.due_on')
    .executeTakeFirstOrThrow();
  return { id_fatura: row.id, subscriber: row.subscriber_id, email: person?.email ?? '', phone: person?.phone ?? '' };
}

/** Who got what since the last time that this was asked. */
function posted(): (EmailMessage | { to: string; text: string })[] {
  const all = [...hubsoft.messages.values()];
  hubsoft.messages.clear();
  return all;
}

test('an invoice goes to the subscriber’s own address and the additional ones, each once, with the PDF', async () => {
  const { id_fatura, email, subscriber } = await owing('suspended');
  const others = ['email1@email.com', 'Email1@EMAIL.com', email.toUpperCase(), ' email2@email.com '];
  const { job } = await send('enviar_email', { id_fatura: String(id_fatura), email_adicional: others });
  expect(job?.emails?.map(({ email: to, origem, id_cliente }) => [to, origem, id_cliente])).toEqual([
    [email, 'cadastro_cliente', subscriber],
    ['email1@email.com', 'adicional', subscriber],
    ['email2@email.com', 'adicional', subscriber],
  ]);
  const mails = posted() as EmailMessage[];
  expect(mails.map(({ to }) => to)).toEqual([email, 'email1@email.com', 'email2@email.com']);
  for (const mail of mails) expect(mail.attachments?.[0]?.content.subarray(0, 5).toString()).toBe('%PDF-');
});

test('a contact on the record gets it under their own name, and who wants no messages gets none', async () => {
  const { id_fatura, subscriber } = await owing('two-contracts');
  const { db, tenantId } = hubsoft.provider;
  const record = { tenant_id: tenantId, subscriber_id: subscriber };
  const { id } = await db
    .insertInto('subscriber_email')
    .values({ ...record, position: 2, address: 'financeiro@empresa.example', contact_name: 'Financeiro' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('subscriber_email')
    .values({ ...record, position: 3, address: 'nunca@empresa.example', takes_messages: false })
    .execute();
  const { job } = await send('enviar_email', { id_fatura });
  const nome = 'Financeiro';
  const contact = {
    id_contato: id,
    email: 'financeiro@empresa.example',
    nome,
    name: nome,
    permite_enviar_email: 'sim',
  };
  expect(job?.emails).toHaveLength(2);
  expect(job?.emails?.[1]).toMatchObject({ ...contact, origem: 'contato' });
  posted();
});

test('an SMS goes to the mobile on record and the additional ones, also where the ninth digit is missing', async () => {
  const { id_fatura, phone } = await owing('suspended', 1);
  const fields = { id_fatura, telefone_adicional: ['11988887777', '1188887776'], email_adicional: '(11) 98888-7777' };
  const { job } = await send('enviar_sms', fields);
  expect(job?.telefones?.map(({ telefone }) => telefone)).toEqual([phone.slice(3), '11988887777', '11988887776']);
  const texts = posted() as { to: string; text: string }[];
  expect(texts.map(({ to }) => to)).toEqual([phone, '+5511988887777', '+5511988887776']);
  expect(texts[0]?.text).toContain('Pix copia e cola: 000201');
});

test('the same request again under one key is the same messages; without a key it is sent again', async () => {
  const { id_fatura } = await owing('suspended', 2);
  const fields = { id_fatura, telefone_adicional: ['11988887777'] };
  const [first, ...again] = await Promise.all(Array.from({ length: 50 }, () => send('enviar_sms', fields, 'k1')));
  expect(again).toEqual(Array.from({ length: 49 }, () => first));
  expect(posted()).toHaveLength(2);
  await send('enviar_sms', fields);
  await send('enviar_sms', fields);
  expect(posted()).toHaveLength(4);
});

test('an additional address that nothing can reach is told by its place, and nothing is sent', async () => {
  const { id_fatura } = await owing('suspended');
  const mail = await send('enviar_email', { id_fatura, email_adicional: ['a@b.example', 'nobody', 'x@y'] });
  expect(mail).toMatchObject({ status: 'error' });
  expect(mail.errors).toEqual(
    [1, 2].map((place) => `O campo email_adicional.${place} deve ser um endereço de e-mail válido.`),
  );
  const wrong = ['3732140000', '190', '11988887777x9', '+15005550006', '0800 123 4567'];
  const sms = await send('enviar_sms', { id_fatura, telefone_adicional: ['11988887777'], email_adicional: wrong });
  expect(sms.errors?.[0]).toBe('O campo email_adicional.0 deve ser um telefone celular no formato DDNNNNNNNNN.');
  const many = Array.from({ length: 21 }, (_, each) => `a${each}@b.example`);
  expect((await send('enviar_email', { id_fatura, email_adicional: many })).status).toBe('error');
  expect((await send('enviar_email', { id_fatura, email_adicional: { a: 1 } })).status).toBe('error');
  expect(posted()).toEqual([]);
});

test('who has no address gets it only at one that is given with the request', async () => {
  const { id_fatura } = await owing('no-email');
  expect(await send('enviar_email', { id_fatura })).toEqual({
    status: 'error',
    msg: 'O cliente não possui e-mail cadastrado para receber a fatura',
    errors: [],
  });
  expect(posted()).toEqual([]);
  expect(await send('enviar_email', { id_fatura, email_adicional: 'a@b.example' })).toMatchObject({
    status: 'success',
  });
  expect(posted()).toHaveLength(1);
  const { id_fatura: other } = await owing('no-phone');
  expect(await send('enviar_sms', { id_fatura: other })).toMatchObject({ status: 'error', errors: [] });
});

test('what was paid or cancelled is not sent, and the answer says so', async () => {
  const { id_fatura } = await owing('active');
  const { db } = hubsoft.provider;
  const change = db.updateTable('invoice').where('id', '=', id_fatura);
  await change.set({ status: 'paid', paid_on: '2026-11-20', paid_cents: 1 }).execute();
  for (const way of ['enviar_email', 'enviar_sms', 'enviar_push'] as const) {
    expect((await send(way, { id_fatura })).msg).toBe(
      `A fatura de ID ${id_fatura} já encontra-se quitada com data de pagamento em 20/11/2026`,
    );
  }
  await change.set({ status: 'cancelled', paid_on: null, paid_cents: null }).execute();
  expect((await send('enviar_sms', { id_fatura })).msg).toBe(`A fatura de ID ${id_fatura} encontra-se cancelada`);
  expect(posted()).toEqual([]);
});

test('an invoice that there is not, and one of another provider, are the same', async () => {
  const { id_fatura } = await owing('suspended');
  const unknown = await send('enviar_email', { id_fatura: 59_999 });
  expect(unknown.errors).toEqual(['O valor selecionado para o campo id_fatura é inválido.']);
  for (const way of ['enviar_email', 'enviar_sms', 'enviar_push'] as const) {
    const answer = await hubsoft.app.inject({
      method: 'POST',
      url: `${apiBase}/cliente/financeiro/${way}`,
      headers: { authorization: `Bearer ${hubsoft.tokens.foreign}` },
      payload: { id_fatura },
    });
    expect(answer.json()).toEqual(unknown);
  }
  for (const id of [0, -1, '', 'x', 999_999_999_999, 1e300, null, [id_fatura]]) {
    expect((await send('enviar_sms', { id_fatura: id })).status).toBe('error');
  }
  expect(posted()).toEqual([]);
});

test('a push reaches every browser and app of the subscriber; without one the answer says so', async () => {
  const { id_fatura, subscriber } = await owing('offline');
  const { db, tenantId } = hubsoft.provider;
  expect(await send('enviar_push', { id_fatura })).toEqual({
    status: 'error',
    msg: 'O cliente não possui aplicativo ou navegador registrado para receber a fatura',
    errors: [],
  });
  const key = await hubsoft.push.key(tenantId);
  const browsers = [service.subscribe(key), service.subscribe(key)];
  for (const { subscription } of browsers) {
    await hubsoft.push.register(tenantId, subscriber, pushSubscription.parse(subscription));
  }
  await send('enviar_push', { id_fatura }, 'k2');
  expect(await send('enviar_push', { id_fatura }, 'k2')).toEqual({
    status: 'success',
    msg: 'Fatura enviada com sucesso via push notification',
  });

  const { clock } = hubsoft;
  const privateServices = true;
  const subscriptions = createPushSubscriptions({ db, clock, privateServices });
  const unused = { send: () => Promise.reject(new Error('not this way')), close: () => undefined };
  const parts = { clock, logger: silentLogger, paceMs: () => 0, count: () => undefined, email: unused, sms: unused };
  const keysOf = createPushKeys(db, clock);
  const push = pushTransport({ subscriptions, keysOf, contact: 'mailto:a@b.example', privateServices, ca: service.ca });
  const delivery = createDelivery({ ...parts, push, store: createOutboxStore(db) });
  await delivery.deliverDue();
  await delivery.stop();
  for (const { shown } of browsers) {
    expect(shown).toEqual([
      {
        web_push: 8030,
        notification: {
          title: expect.stringMatching(/^Sua fatura de \d\d\/\d\d\/2026$/) as string,
          body: expect.stringMatching(
            /^R\$ \d+,\d\d, com vencimento em .* Toque para ver o boleto e o Pix\.$/,
          ) as string,
          lang: 'pt-BR',
          navigate: expect.stringMatching(/^https:\/\/ura\.provedor\.example\/boleto\/[\w-]{32}$/) as string,
        },
      },
    ]);
  }
});
