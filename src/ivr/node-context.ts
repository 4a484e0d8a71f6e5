import type { CallFacts } from '../calls/service.ts';
import type { Contract } from '../erp/port.ts';
import type { ActRequest } from '../erp/service.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type { ProtocolNumber } from '../kernel/protocol-number.ts';
import type { Digit } from '../telephony/digit-buffer.ts';
import type { Channel } from '../telephony/port.ts';
import { Conversation, type Waits } from './conversation.ts';
import { type Entry, type EntryRules, takeEntry } from './entry.ts';
import { awaitAct, awaitLookup } from './erp-wait.ts';
import type { Flow } from './flow.ts';
import type { Keypad } from './keypad.ts';
import type { IvrParts, MenuTenant } from './ports.ts';
import { type SlotBinding, slotItself } from './schemas.ts';
import type { Session } from './session.ts';
import { derivedSlot, inARow, plainValue, type SlotValue } from './slots.ts';
import { fill, slotsOf } from './speech/prompt.ts';
import type { SlotValues, Utterance } from './speech/utterance.ts';

/** One call in the menus. */
export interface MenuCall {
  readonly id: string;
  readonly channel: Channel;
  readonly keypad: Keypad;
  readonly session: Session;
  readonly tenant: MenuTenant;
  readonly parts: IvrParts;
}

type AnyOutcome = Outcome<unknown, string, string>;
type ActOutcome = Outcome<{ readonly protocol: ProtocolNumber | undefined } | null, string, string>;

/** All that a node may do, for the time of one visit. */
export class NodeContext {
  readonly call: MenuCall;
  readonly flow: Flow;
  /** Aborted when the caller hangs up or the visit takes too long. */
  readonly signal: AbortSignal;
  readonly #conversation: Conversation;

  constructor(call: MenuCall, flow: Flow, signal: AbortSignal) {
    this.call = call;
    this.flow = flow;
    this.signal = signal;
    const { channel, keypad } = call;
    const { speech, patience, telephony } = call.parts;
    const isConnected = () => telephony.connected;
    this.#conversation = new Conversation({ channel, keypad, speech, patience, signal, isConnected });
  }

  get session(): Session {
    return this.call.session;
  }

  /** How long the caller is waited for in this flow. */
  get waits(): Waits {
    return { ...this.call.parts.waits, ...this.flow.waits };
  }

  get keyed(): string {
    return this.#conversation.keyed;
  }

  /** See `Conversation.say`. */
  say(utterances: readonly Utterance[], mustBeHeard = false): Promise<void> {
    return this.#conversation.say(utterances, mustBeHeard);
  }

  /** See `Conversation.hear`. @param path of a sound file */
  hear(path: string): Promise<void> {
    // Asterisk takes the file of this name that is best for the call.
    return this.#conversation.hear([`sound:${path.replace(/\.wav$/, '')}`]);
  }

  /** Says one prompt of the prompt file that has no slots. */
  sayPrompt(id: string): Promise<void> {
    return this.say(this.utterances([id]));
  }

  /** The next key; waits as long as for the first key after a prompt when nothing else is said. */
  key(waitMs = this.waits.firstDigitMs): Promise<Digit | undefined> {
    return this.#conversation.key(waitMs, 'first');
  }

  entry(
    prompt: readonly Utterance[],
    rules: Omit<EntryRules, 'waits'> & Partial<Pick<EntryRules, 'waits'>>,
  ): Promise<Entry> {
    const complete = { waits: this.waits, ...rules };
    return takeEntry(this.#conversation, prompt, complete, () => this.call.keypad.forgetHash());
  }

  /**
   * Prompts as utterances. `{slot}` instead of an id says what fills the slot. The flow's own prompts come before those
   * of the prompt file.
   * @param bound slots of the prompts that are filled by another name
   * @throws Error when a slot has no value: half a sentence is not said
   */
  utterances(prompts: readonly string[], bound: SlotBinding = {}): Utterance[] {
    return prompts.flatMap((id) => {
      const alone = slotItself(id);
      if (alone !== undefined) return this.#required(id, alone);
      const text = this.flow.prompts.get(id);
      if (text !== undefined) return [{ text, with: this.#values(id, slotsOf(text), bound) }];
      const slots = this.call.parts.promptSlots(id);
      return slots.length === 0 ? [{ say: id }] : [{ say: id, with: this.#values(id, slots, bound) }];
    });
  }

  /** What fills a slot now: what a node left behind, or what is known of the caller. */
  slot(name: string): SlotValue | undefined {
    const { session, channel, id } = this.call;
    return (
      session.get(name) ??
      derivedSlot(name, {
        callerNumber: channel.callerNumber,
        callId: id,
        subscriber: session.subscriber,
        contract: session.contract,
        proven: session.proven,
      })
    );
  }

  /**
   * The contract the call is about.
   * @throws Error when none is chosen, or it could not be fetched again after a restart
   */
  contract(): Contract {
    const { contract } = this.call.session;
    if (contract === undefined) throw new Error('this needs a contract, and none is known in this call');
    return contract;
  }

  /** A text with its slots replaced by their plain values; unknown ones vanish. */
  fillPlain(template: string, encode: (value: string) => string = (value) => value): string {
    return fill(template, (name) => {
      const value = plainValue(this.slot(name));
      return value === undefined ? undefined : encode(value);
    });
  }

  /** Asks the ERP something; the caller is comforted when it takes long, and hears no more of it than a deadline. */
  ask<O extends AnyOutcome>(lookup: (signal: AbortSignal) => Promise<O>) {
    return awaitLookup(this.#waiting(), lookup);
  }

  /** Waits for an act on the ERP, which completes even when the caller hangs up. */
  act<O extends ActOutcome>(act: (request: ActRequest) => Promise<O>) {
    const { id, channel, session } = this.call;
    const { contractId } = session;
    if (contractId === undefined) throw new Error('an act on the ERP needs a contract; none was chosen in this call');
    const callerNumber = channel.callerNumber === '' ? undefined : channel.callerNumber;
    return awaitAct(this.#waiting(), this.#logged(act({ contractId, callId: id, callerNumber })));
  }

  /** The protocol belongs in the log even when the caller did not wait to hear it. */
  async #logged<O extends ActOutcome>(act: Promise<O>): Promise<O> {
    const outcome = await act;
    const protocol = outcome.kind === 'done' ? outcome.value?.protocol : undefined;
    if (protocol !== undefined) this.note({ protocol });
    return outcome;
  }

  note(facts: CallFacts): void {
    this.call.parts.callLog.note(this.call.id, facts);
  }

  #values(prompt: string, slots: readonly string[], bound: SlotBinding): SlotValues {
    return Object.fromEntries(slots.map((slot) => [slot, this.#required(prompt, bound[slot] ?? slot)]));
  }

  #required(prompt: string, slot: string): readonly Utterance[] {
    const value = this.slot(slot);
    if (value === undefined) throw new Error(`prompt ${prompt} cannot be said: nothing is known for {${slot}}`);
    return inARow(value);
  }

  #waiting() {
    const { clock, logger, erpWaits } = this.call.parts;
    const comfort: Utterance[] = [{ say: 'comfort_checking' }, { say: 'comfort_still_checking' }];
    return { clock, logger, conversation: this.#conversation, signal: this.signal, waits: erpWaits, comfort };
  }
}
