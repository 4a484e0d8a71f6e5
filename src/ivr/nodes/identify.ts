import { z } from 'zod';
import type { Subscriber } from '../../erp/port.ts';
import { normalizePhone } from '../../kernel/phone-number.ts';
import { parseTaxId } from '../../kernel/tax-id.ts';
import { triesToPerson } from '../choice.ts';
import type { NodeContext } from '../node-context.ts';
import { type NodeFacts, nodeKind } from '../node-kind.ts';
import { identifier, listOf, promptIds } from '../schemas.ts';

const provenDigits = 3;

const params = z
  .strictObject({
    by: z.enum(['caller_number', 'document', 'last_digits']),
    /** What asks for the digits. */
    prompt: promptIds.optional(),
    /** What asks a company for its last digits; `prompt` when left out. */
    company_prompt: promptIds.optional(),
    /** Exits for a key pressed alone instead of the document, besides `0`, `9` and `*`. */
    keys: z.record(z.string().regex(/^[1-8]$/), identifier).default({}),
  })
  .refine(({ by, prompt }) => by === 'caller_number' || prompt !== undefined, {
    error: 'it needs the prompt that asks for the digits',
    path: ['prompt'],
  });
type Params = z.infer<typeof params>;

/**
 * Finds out who calls. By the caller's number nothing is proven yet: anybody may hold the phone. A whole document, or
 * the last three digits of the one that was found, proves it. Check digits are verified before the ERP is asked.
 */
export const identify = nodeKind({
  type: 'identify',
  params,
  waits: true,
  limitMs: 300_000,
  facts: (given) => factsOf(given),
  run(context, given) {
    if (given.by === 'caller_number') return byCallerNumber(context);
    return given.by === 'document' ? byDocument(context, given) : byLastDigits(context, given);
  },
});

function factsOf({ by, prompt, company_prompt: companyPrompt, keys }: Params): NodeFacts {
  const found = ['found', 'not_found', 'unavailable'];
  if (by === 'caller_number') return { exits: found };
  const prompts = [...listOf(prompt ?? []), ...listOf(companyPrompt ?? []), 'no_input'];
  if (by === 'last_digits') {
    return {
      exits: ['confirmed', 'not_confirmed'],
      prompts: [...prompts, 'last_digits_wrong'],
    };
  }
  const exits = [...found, ...new Set(Object.values(keys))];
  return { exits, optionalExits: ['failed'], prompts: [...prompts, 'document_invalid'] };
}

async function byCallerNumber(context: NodeContext): Promise<string> {
  const { channel, tenant, session } = context.call;
  const phone = normalizePhone(channel.callerNumber);
  if (phone === undefined) return 'not_found';
  const found = await context.ask((signal) => tenant.erp.findByPhone(phone, signal));
  if (found.kind === 'unavailable') return 'unavailable';
  const [subscriber, ...others] = found.kind === 'done' ? found.value : [];
  // A number that several subscribers gave identifies none of them.
  if (subscriber === undefined || others.length > 0) return 'not_found';
  session.forgetCaller();
  session.subscriber = subscriber;
  return 'found';
}

async function byDocument(context: NodeContext, { prompt, keys }: Params): Promise<string> {
  context.session.forgetCaller();
  const rules = { lengths: [11, 14], loneKeysCount: false, personal: true };
  for (let tries = 0; tries < triesToPerson; ) {
    const entry = await context.entry(context.utterances(listOf(prompt ?? [])), rules);
    if (entry.kind === 'person' || entry.kind === 'back') return entry.kind;
    const exit = entry.kind === 'keyed' ? keys[entry.digits] : undefined;
    if (exit !== undefined) return exit;
    const document = entry.kind === 'keyed' ? parseTaxId(entry.digits) : undefined;
    if (document !== undefined) {
      const found = await context.ask((signal) => context.call.tenant.erp.findByDocument(document, signal));
      if (found.kind === 'done') proven(context, found.value);
      return found.kind === 'done' ? 'found' : found.kind === 'unavailable' ? 'unavailable' : 'not_found';
    }
    tries += 1;
    if (entry.kind !== 'repeat' && tries < triesToPerson) {
      await context.sayPrompt(entry.kind === 'silent' ? 'no_input' : 'document_invalid');
    }
  }
  return 'failed';
}

async function byLastDigits(context: NodeContext, params: Params): Promise<string> {
  const { subscriber } = context.session;
  if (subscriber === undefined) throw new Error('there is nobody whose last digits could be asked for');
  const ending = subscriber.document.ending(provenDigits);
  // The third character from the end of a company's new number may be a letter, which no telephone can key.
  if (!/^\d+$/.test(ending)) return 'not_confirmed';
  const prompt = (subscriber.document.kind === 'cnpj' ? params.company_prompt : undefined) ?? params.prompt;
  const rules = { lengths: [provenDigits], loneKeysCount: false, personal: true };
  for (let tries = 0; tries < triesToPerson; ) {
    const entry = await context.entry(context.utterances(listOf(prompt ?? [])), rules);
    if (entry.kind === 'person' || entry.kind === 'back') return entry.kind;
    if (entry.kind === 'keyed' && entry.digits === ending) {
      proven(context, subscriber);
      return 'confirmed';
    }
    tries += 1;
    if (entry.kind !== 'repeat' && tries < triesToPerson) {
      await context.sayPrompt(entry.kind === 'silent' ? 'no_input' : 'last_digits_wrong');
    }
  }
  return 'not_confirmed';
}

function proven(context: NodeContext, subscriber: Subscriber): void {
  const { session } = context;
  session.subscriber = subscriber;
  session.proven = true;
  // What the caller keyed goes with the call to whoever answers: programs open the subscriber's file by it.
  context.note({ subscriberId: subscriber.id, json1: subscriber.document.reveal() });
}
