import { z } from 'zod';
import { pbxAction, required } from '../action.ts';
import { status } from '../wire.ts';

/** What a telephone can dial, with the punctuation people write numbers with. */
const number = required
  .transform((value) => value.replaceAll(/[\s().-]/g, ''))
  .refine((value) => /^\+?[0-9*#]{1,32}$/.test(value));

/** "Click to Call": the extension rings, and when somebody answers there the number is called from it. */
export const clickToCall = pbxAction({
  name: 'clicktocall',
  summary: 'Ring an extension, and call a number from it as soon as somebody answers there',
  request: z.object({ origem: required, destino: number }),
  async run({ remote }, { origem, destino }) {
    const id = await remote.call(origem, destino);
    return id === undefined ? status('ERRO: RAMAL INDISPONIVEL') : status('CHAMADA OK', 'ID', id);
  },
});
