import { actInTrouble, lookupInTrouble, type Trouble, troubleSentences } from '../erp-trouble.ts';

/** Each with a sentence for whoever looks after the installation. */
export const troubles = troubleSentences(
  'SGP',
  'SGP_URL',
  'SGP_TOKEN and SGP_APP (capitals count)',
  'the address of the provider, without /ws or /api',
);

export const lookupIn = (trouble: Trouble) => lookupInTrouble(trouble, troubles);
export const actIn = (trouble: Trouble) => actInTrouble(trouble, troubles);
