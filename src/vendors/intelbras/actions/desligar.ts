import { z } from 'zod';
import { pbxAction, required } from '../action.ts';
import { status } from '../wire.ts';

/** Ends a call that goes on, by its `IDCHAMADA`. Not in the manual: known from programs. */
export const desligar = pbxAction({
  name: 'desligar',
  summary: 'End a call that goes on, by its IDCHAMADA',
  request: z.object({ uniqueid: required }),
  async run({ remote }, { uniqueid }) {
    return status((await remote.hangUp(uniqueid)) ? 'OK' : 'CHAMADA NAO ENCONTRADA');
  },
});
