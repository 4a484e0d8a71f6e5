import { afterAll, beforeAll, expect, test } from 'vitest';
import { playCall, textOf } from '../../../test/helpers/menu-caller.ts';
import { type PlayedSgp, playSgp } from '../../../test/helpers/played-sgp.ts';
import { anaDocument, scriptedErp, subscriberOf, suspendedContract } from '../../../test/helpers/scripted-erp.ts';
import { requireTaxId } from '../../kernel/tax-id.ts';

let sgp: PlayedSgp;
beforeAll(async () => {
  sgp = await playSgp();
});
afterAll(() => sgp.close());

const never = new AbortController().signal;

/** A call of the default menu in which one operation had the outcome that SGP's recorded answer leads to. */
async function callerHears(operation: 'lookup' | 'unlock', recorded: string, sentence: string): Promise<string> {
  sgp.play({ consultacliente: recorded, liberacaopromessa: recorded });
  const request = { key: 'key', contractId: '10800', callId: 'call-1', callerNumber: undefined };
  const found = await sgp.erp.findByDocument(requireTaxId(anaDocument), never);
  const unlocked = await sgp.erp.trustUnlock(request, never);
  const erp = scriptedErp({
    subscribers: [subscriberOf([suspendedContract({ id: '10800' })])],
    answers: operation === 'lookup' ? { findByDocument: async () => found } : { trustUnlock: async () => unlocked },
  });
  const unlock = [['liberar agora', '1']] as const;
  const keys = [['Digite o CPF', `${anaDocument}#`], ...(operation === 'unlock' ? unlock : [])] as const;
  return textOf(await playCall({ erp, script: [...keys, [sentence, 'hang up']] }));
}

test.each([
  ['lookup', 'no-contracts', 'Não encontrei um cadastro'],
  ['lookup', 'html-with-200', 'O nosso sistema está fora do ar'],
  ['lookup', 'wrong-credentials', 'O nosso sistema está fora do ar'],
  ['unlock', 'unlocked', 'O seu acesso foi liberado em confiança'],
  ['unlock', 'unlocked-with-days', 'O seu acesso foi liberado por três dias'],
  ['unlock', 'unlock-used', 'deste mês já foi usada'],
  ['unlock', 'unlock-refused', 'A liberação não foi autorizada'],
  ['unlock', 'unlock-not-suspended', 'não há o que liberar'],
  ['unlock', 'unlock-cancelled', 'O seu contrato está cancelado'],
  ['unlock', 'html-with-500', 'Não consegui confirmar a liberação agora'],
  ['unlock', 'login-page', 'Não consegui confirmar a liberação agora'],
] as const)('%s answered with %s: the caller hears "%s"', async (operation, recorded, sentence) => {
  const heard = await callerHears(operation, recorded, sentence);
  expect(heard).toContain(sentence);
  expect(heard).not.toContain('ana.teixeira');
});
