import type { PbxAction } from '../action.ts';
import { bloqueioClasse5 } from './bloqueioclasse5.ts';
import { clickToCall } from './clicktocall.ts';
import { desligar } from './desligar.ts';
import { liberarRamal } from './liberarramal.ts';
import { statusOperacoes } from './statusoperacoes.ts';
import { statusRamais } from './statusramais.ts';
import { statusReport } from './statusreport.ts';

/** Every action, in the manual's order; those that it does not have come last. */
export const pbxActions: readonly PbxAction[] = [
  statusReport,
  statusOperacoes,
  clickToCall,
  statusRamais,
  bloqueioClasse5,
  liberarRamal,
  desligar,
];
