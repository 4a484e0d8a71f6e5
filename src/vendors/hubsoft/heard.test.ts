import { afterAll, beforeAll, expect, test } from 'vitest';
import { playCall, textOf } from '../../../test/helpers/menu-caller.ts';
import { type HubsoftScript, type PlayedHubsoft, playHubsoft } from '../../../test/helpers/played-hubsoft.ts';
import { anaDocument, scriptedErp } from '../../../test/helpers/scripted-erp.ts';

let hubsoft: PlayedHubsoft;
beforeAll(async () => {
  hubsoft = await playHubsoft();
});
afterAll(() => hubsoft.close());

const never = new AbortController().signal;
const recorded = { cliente: 'as-documented', 'cliente/financeiro': 'invoices', 'cliente/atendimento': 'tickets' };

/** What a caller hears in the default menu while HubSoft answers as recorded. */
async function heard(script: HubsoftScript, keys: readonly (readonly [string, string])[]): Promise<string> {
  hubsoft.play({ ...recorded, ...script });
  const { erp } = hubsoft;
  const request = { key: 'key', callId: 'call-1', contractId: '11201', callerNumber: undefined };
  const answers = {
    findByDocument: (document: Parameters<typeof erp.findByDocument>[0]) => erp.findByDocument(document, never),
    checkAccess: (contractId: string) => erp.checkAccess(contractId, never),
    trustUnlock: () => erp.trustUnlock(request, never),
  };
  const call = { erp: scriptedErp({ answers }), script: [['Digite o CPF', `${anaDocument}#`], ...keys] as const };
  return textOf(await playCall({ ...call, realTime: true }));
}

test.each([
  ['unlocked', 'Pronto! O seu acesso foi liberado por', 'Posso ajudar'],
  ['unlock-used', 'deste mês já foi usada', 'Posso ajudar'],
  ['unlock-too-long', 'A liberação não foi autorizada', 'Posso ajudar'],
  ['unlock-not-suspended', 'não há o que liberar', 'Posso ajudar'],
  ['html-with-500', 'Não consegui confirmar a liberação agora', 'Não consegui confirmar'],
])('an unlock answered with %s: "%s"', async (answer, sentence, until) => {
  const keys = [
    ['liberar agora', '1'],
    [until, 'hang up'],
  ] as const;
  const text = await heard({ 'cliente/desbloqueio_confianca': answer }, keys);
  expect(text).toContain(sentence);
  expect(text.includes('202611210900111')).toBe(answer === 'unlocked');
});

test('alerts of the subscriber are heard before anything is asked', async () => {
  const text = await heard({ cliente: 'with-alerts' }, [['liberar agora', 'hang up']]);
  expect(text.indexOf('rompimento de fibra')).toBeGreaterThan(-1);
  expect(text.indexOf('rompimento de fibra')).toBeLessThan(text.indexOf('liberar agora'));
});

test.each(['html-with-200', 'wrong-login', 'bad-gateway'])('%s is no "not found"', async (answer) => {
  const token = answer === 'wrong-login' ? { 'oauth/token': answer } : { cliente: answer };
  hubsoft.clock.advance(40 * 24 * 3_600_000);
  const text = await heard(token, [['sistema', 'hang up']]);
  expect(text).not.toContain('Não encontrei');
});
