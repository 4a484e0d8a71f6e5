import { actInTrouble, lookupInTrouble, type Trouble, troubleSentences } from '../erp-trouble.ts';

/** Each with a sentence for whoever looks after the installation. */
export const troubles = troubleSentences(
  'HubSoft',
  'HUBSOFT_URL',
  'HUBSOFT_CLIENT_ID, HUBSOFT_CLIENT_SECRET, HUBSOFT_USERNAME and HUBSOFT_PASSWORD, and what that user may do',
  'the address of the provider, without /api or /oauth',
);

export const lookupIn = (trouble: Trouble) => lookupInTrouble(trouble, troubles);
export const actIn = (trouble: Trouble) => actInTrouble(trouble, troubles);
