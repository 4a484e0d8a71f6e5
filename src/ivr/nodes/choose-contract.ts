import { z } from 'zod';
import type { Contract } from '../../erp/port.ts';
import { choicePrompts, chooseKey } from '../choice.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';
import type { Utterance } from '../speech/utterance.ts';

/** Contracts offered at once; with more of them key 8 goes on to the next. */
const perPage = 7;
const moreKey = '8';

/** Which contract the call is about. One: it is that one. Several: the caller chooses by the street of installation. */
export const chooseContract = nodeKind({
  type: 'choose_contract',
  params: z.strictObject({}),
  waits: true,
  isMenu: true,
  limitMs: 600_000,
  facts: () => ({
    exits: ['chosen', 'none'],
    optionalExits: ['failed'],
    prompts: choicePrompts,
  }),
  async run(context) {
    const contracts = offered(context.session.subscriber?.contracts ?? []);
    if (contracts.length === 0) return 'none';
    const [only] = contracts;
    if (contracts.length === 1 && only !== undefined) return chosen(context, only);
    const count: Utterance = { count: contracts.length, of: 'contract' };
    const opening: Utterance[] = [{ say: 'contracts_count', with: { count } }, { say: 'choose_contract' }];
    const pages = Math.ceil(contracts.length / perPage);
    for (let round = 0; round < pages * 3; round += 1) {
      const page = contracts.slice((round % pages) * perPage, ((round % pages) + 1) * perPage);
      const keys = [...page.map((_, index) => String(index + 1)), ...(pages > 1 ? [moreKey] : [])];
      const prompt = [...(round === 0 ? opening : []), ...page.map(option), ...(pages > 1 ? [more] : [])];
      const choice = await chooseKey(context, { prompt, keys });
      if (choice.kind !== 'chosen') return choice.kind;
      const contract = choice.key === moreKey ? undefined : page[Number(choice.key) - 1];
      if (contract !== undefined) return chosen(context, contract);
    }
    return 'failed';
  },
});

const more: Utterance = { say: 'more_contracts', with: { key: { key: moreKey } } };

function option(contract: Contract, index: number): Utterance {
  const street = contract.streetNumber === '' ? contract.street : `${contract.street}, ${contract.streetNumber}`;
  return { say: 'choose_contract_option', with: { street: { street }, key: { key: String(index + 1) } } };
}

/** Ended contracts are spoken of only when there is no other. */
function offered(contracts: readonly Contract[]): readonly Contract[] {
  const going = contracts.filter((contract) => contract.status !== 'cancelled');
  return going.length > 0 ? going : contracts.slice(0, 1);
}

function chosen(context: NodeContext, contract: Contract): string {
  const { session } = context;
  session.contractId = contract.id;
  context.note({ contractId: contract.id, ...(session.subscriberId && { subscriberId: session.subscriberId }) });
  return 'chosen';
}
