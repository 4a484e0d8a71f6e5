import { expect, test } from 'vitest';
import { playCall } from '../../test/helpers/menu-caller.ts';
import { anaDocument, scriptedErp, subscriberOf, suspendedContract } from '../../test/helpers/scripted-erp.ts';

test('a suspended subscriber keys a CPF, presses 1, and hears the days and the protocol', async () => {
  const erp = scriptedErp({ subscribers: [subscriberOf([suspendedContract()])] });
  const call = await playCall({
    erp,
    script: [
      ['Digite o CPF', `${anaDocument}#`],
      ['O valor em aberto é cento e vinte reais e cinquenta centavos.', '1'],
      ['Posso ajudar', 'hang up'],
    ],
  });
  expect(call.errors).toEqual([]);
  expect(call.heard.join('\n')).toContain('O seu acesso foi liberado por três dias.');
  expect(call.heard.join('\n')).toContain('O número do seu protocolo é');
  expect(call.end).toBe('caller_hung_up');
  expect(call.facts).toContainEqual({ protocol: '20261121000001' });
  expect(erp.asked.filter(({ operation }) => operation === 'trustUnlock')).toHaveLength(1);
  expect(call.steps.find(({ node }) => node === 'document')).toMatchObject({ exit: 'found', digits: '*'.repeat(12) });
  expect(JSON.stringify(call.steps)).not.toContain(anaDocument);
});
