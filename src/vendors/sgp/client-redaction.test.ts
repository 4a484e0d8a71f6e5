import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PlayedSgp, playSgp } from '../../../test/helpers/played-sgp.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

const signal = new AbortController().signal;
const document = requireTaxId('52998224725');
const act = { key: 'key', contractId: '10800', callId: 'call-1', callerNumber: '+5534999991234' };
let sgp: PlayedSgp;
beforeAll(async () => {
  sgp = await playSgp();
});
afterAll(() => sgp.close());

test('nothing that SGP answers leaves credentials or personal data in the log, and no address holds credentials', async () => {
  for (const file of readdirSync(new URL('fixtures/', import.meta.url))) {
    const answer = file.replace('.http', '');
    const methods = [
      'consultacliente',
      'titulos',
      'liberacaopromessa',
      'ocorrencia/list',
      'manutencao/list',
      'chamado',
    ];
    sgp.play(Object.fromEntries(methods.map((method) => [method, answer])));
    await sgp.erp.findByDocument(document, signal);
    await sgp.erp.findByPhone('+5534999991234', signal);
    await sgp.erp.openInvoices('10800', signal);
    await sgp.erp.providerAlerts(signal);
    await sgp.erp.trustUnlock(act, signal);
    await sgp.erp.openTicket({ ...act, subject: 'support', description: 'Ana', fieldVisit: false }, signal);
    await sgp.erp.findTicket('10800', 'key', signal);
    expect(sgp.requests.every(({ path }) => !path.includes(sgp.token))).toBe(true);
  }
  expect(sgp.log()).toContain('refused_credentials');
  const secrets = new RegExp(`${sgp.token}|52998224725|529\\.982|Ana|ANA|segredo|ana\\.teixeira|99999`);
  expect(sgp.log()).not.toMatch(secrets);
});
