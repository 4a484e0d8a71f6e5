import type { Contract, Subscriber } from '../erp/port.ts';
import { type Frame, type StoredState, storedState } from './schemas.ts';
import type { SlotValue } from './slots.ts';

/**
 * What a flow remembers of one call. Everything but the subscriber's record is stored at each step; that record is
 * fetched again when a call resumes, so that no personal data lies in the log.
 */
export class Session {
  frames: Frame[];
  back: Frame[][];
  subscriber: Subscriber | undefined;
  contractId: string | undefined;
  proven: boolean;
  /** Whether the caller has talked to a person. */
  talked: boolean;
  /** When the node was entered at which the call stands; it may have been interrupted since. */
  enteredAt: Date | undefined;
  /** Whether it is gone on with at that node after an interruption. */
  isResumed = false;
  steps: number;
  failures: number;
  /** The flow for which the node that is being left leaves all others; it is asked for before anything is stored. */
  diversion: string | undefined;
  readonly #variables: Map<string, SlotValue>;
  readonly #personal = new Map<string, SlotValue>();
  readonly #storedSubscriberId: string | undefined;

  private constructor(state: StoredState) {
    this.frames = state.frames;
    this.back = state.back;
    this.#variables = new Map(Object.entries(state.variables) as [string, SlotValue][]);
    this.#storedSubscriberId = state.subscriberId;
    this.contractId = state.contractId;
    this.proven = state.proven;
    this.talked = state.talked;
    this.enteredAt = state.enteredAt === undefined ? undefined : new Date(state.enteredAt);
    this.steps = state.steps;
    this.failures = state.failures;
  }

  /** At the start of a flow. */
  static begin(flow: string, node: string): Session {
    const frames = [{ flow, node }];
    return new Session({ frames, back: [], variables: {}, proven: false, talked: false, steps: 0, failures: 0 });
  }

  /** As it was stored; undefined when what was stored cannot be understood any more. */
  static restore(state: unknown): Session | undefined {
    const parsed = storedState.safeParse(state);
    if (!parsed.success) return undefined;
    const session = new Session(parsed.data);
    session.isResumed = true;
    return session;
  }

  /** What the call log keeps. */
  toStored(): StoredState {
    return {
      frames: this.frames,
      back: this.back,
      variables: Object.fromEntries(this.#variables) as StoredState['variables'],
      ...(this.subscriberId === undefined ? {} : { subscriberId: this.subscriberId }),
      ...(this.contractId === undefined ? {} : { contractId: this.contractId }),
      proven: this.proven,
      talked: this.talked,
      ...(this.enteredAt === undefined ? {} : { enteredAt: this.enteredAt.toISOString() }),
      steps: this.steps,
      failures: this.failures,
    };
  }

  get subscriberId(): string | undefined {
    return this.subscriber?.id ?? this.#storedSubscriberId;
  }

  /** The contract the call is about, once it is chosen. */
  get contract(): Contract | undefined {
    return this.subscriber?.contracts.find((contract) => contract.id === this.contractId);
  }

  /** What the ERP confirmed about the contract since it was fetched. */
  updateContract(change: Partial<Contract>): void {
    const { subscriber, contractId } = this;
    if (subscriber === undefined) return;
    const contracts = subscriber.contracts.map((contract) =>
      contract.id === contractId ? { ...contract, ...change } : contract,
    );
    this.subscriber = { ...subscriber, contracts };
  }

  /** Another person is calling than it was thought. */
  forgetCaller(): void {
    this.subscriber = undefined;
    this.contractId = undefined;
    this.proven = false;
  }

  set(name: string, value: SlotValue): void {
    this.#variables.set(name, value);
  }

  /** Like `set`, for what must not lie in the log: a restart forgets it. */
  setPersonal(name: string, value: SlotValue): void {
    this.#personal.set(name, value);
  }

  get(name: string): SlotValue | undefined {
    return this.#personal.get(name) ?? this.#variables.get(name);
  }
}
