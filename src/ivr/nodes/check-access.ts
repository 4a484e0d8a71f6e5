import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { accessWords } from '../notices.ts';

/** Checks the contract's connection; `{access_words}` explains what was found. */
export const checkAccess = nodeKind({
  type: 'check_access',
  params: z.strictObject({}),
  facts: () => ({
    exits: ['online', 'offline', 'maintenance', 'concentrator_down', 'other', 'unavailable'],
    provides: ['access_words'],
  }),
  async run(context) {
    const { erp, timeZone } = context.call.tenant;
    const { id } = context.contract();
    const access = await context.ask((signal) => erp.checkAccess(id, signal));
    if (access.kind === 'unavailable') return 'unavailable';
    if (access.kind !== 'done') throw new Error('the ERP does not know the contract any more');
    context.session.set('access_words', accessWords(access.value, timeZone));
    return access.value.state;
  },
});
