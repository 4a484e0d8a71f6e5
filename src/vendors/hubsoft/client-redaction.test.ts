import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PlayedHubsoft, playHubsoft } from '../../../test/helpers/played-hubsoft.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

const signal = new AbortController().signal;
const document = requireTaxId('52998224725');
const act = { key: 'key', contractId: '11201', callId: 'call-1', callerNumber: '+5534999991234' };
let hubsoft: PlayedHubsoft;
beforeAll(async () => {
  hubsoft = await playHubsoft();
});
afterAll(() => hubsoft.close());

test('nothing that HubSoft answers leaves credentials, tokens or personal data in the log, or credentials in an address', async () => {
  for (const file of readdirSync(new URL('fixtures/', import.meta.url))) {
    const answer = file.replace('.http', '');
    const routes = [
      'cliente',
      'cliente/financeiro',
      'cliente/financeiro/enviar_sms',
      'cliente/desbloqueio_confianca',
      'cliente/atendimento',
      'atendimento',
    ];
    hubsoft.clock.advance(3_600_000);
    hubsoft.play(Object.fromEntries(['oauth/token', ...routes].map((route) => [route, answer])));
    await hubsoft.erp.findByDocument(document, signal);
    hubsoft.play(Object.fromEntries(routes.map((route) => [route, answer])));
    hubsoft.clock.advance(120_000);
    await hubsoft.erp.findByDocument(document, signal);
    await hubsoft.erp.findByPhone('+5534999991234', signal);
    await hubsoft.erp.openInvoices('11201', signal);
    await hubsoft.erp.trustUnlock(act, signal);
    await hubsoft.erp.sendInvoice({ ...act, by: 'sms' }, signal);
    await hubsoft.erp.openTicket({ ...act, subject: 'support', description: 'Ana', fieldVisit: false }, signal);
    await hubsoft.erp.findTicket('11201', 'key', signal);
    expect(hubsoft.requests.every(({ path }) => !/-no-log-may-hold|-token/.test(path))).toBe(true);
  }
  expect(hubsoft.log()).toContain('refused_credentials');
  const { password, clientSecret } = hubsoft.login;
  const secrets = `${password}|${clientSecret}|access-token|refresh-token|52998224725|529\\.982|Ana|ANA|segredo|anateixeira|99999`;
  expect(hubsoft.log()).not.toMatch(new RegExp(secrets));
});
