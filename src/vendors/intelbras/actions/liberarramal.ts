import { z } from 'zod';
import { pbxAction, required } from '../action.ts';
import { status } from '../wire.ts';

/** Ends whatever an extension is in, so that it is free again. Not in the manual: known from programs. */
export const liberarRamal = pbxAction({
  name: 'liberarramal',
  summary: 'End whatever an extension is in',
  request: z.object({ ramal: required }),
  async run({ remote, exchange }, { ramal }) {
    if (exchange.extension(ramal) === undefined) return status('RAMAL NAO CADASTRADO');
    await remote.free(ramal);
    return status('OK');
  },
});
