import type { LegChange } from '../telephony/port.ts';
import { durationsOf } from './durations.ts';
import { changedLeg, type LegRow, leftLeg, newLeg } from './leg.ts';
import type { Direction, EndReason } from './schemas.ts';
import type { CallFacts, EnteredStep, FlowState, LeftStep, NewCall } from './service.ts';

/** A row of `call`, as JSON for the statement that writes it. */
export interface CallRow {
  tenant_id: number;
  id: string;
  channel_id: string;
  uniqueid: string;
  request_id: string | null;
  direction: Direction;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  end_reason: EndReason | null;
  hang_up_cause: number | null;
  caller_number: string;
  dialled: string;
  answered_by: string | null;
  subscriber_id: string | null;
  contract_id: string | null;
  protocols: string[];
  json1: string | null;
  json2: string | null;
  json3: string | null;
  flow_state: FlowState | null;
  ring_ms: number | null;
  wait_ms: number | null;
  talk_ms: number | null;
  hold_ms: number | null;
  trunk_id: number | null;
  flow: string | null;
  queue: string | null;
}

/** A row of `call_step`. */
export interface StepRow {
  tenant_id: number;
  call_id: string;
  position: number;
  flow: string;
  node: string;
  kind: string;
  entered_at: string;
  left_at: string | null;
  exit: string | null;
  digits: string | null;
}

/** What of a call the database is to be told. */
export interface DirtyRows {
  readonly row: CallRow | undefined;
  readonly steps: StepRow[];
  readonly legs: LegRow[];
  /** Channels of legs that another call has now. */
  readonly given: string[];
}

/** The rows of one call that goes on, and which of them the database has not seen yet. Pure. */
export class LiveCall {
  readonly row: CallRow;
  #step: StepRow | undefined;
  #position: number;
  readonly #legs: Map<string, LegRow>;
  #dirtySteps = new Map<number, StepRow>();
  readonly #dirtyLegs = new Set<string>();
  /** Legs that another call has now, as they were when it took them. */
  readonly #given = new Map<string, LegRow>();
  readonly #dirtyGiven = new Set<string>();
  #dirtyRow = false;

  /** A call as it is stored. */
  constructor(row: CallRow, legs: readonly LegRow[], openStep: StepRow | undefined, position: number) {
    this.row = row;
    this.#legs = new Map(legs.map((leg) => [leg.channel_id, leg]));
    this.#step = openStep;
    this.#position = position;
  }

  /** A call that has just reached us. */
  static begin(id: string, call: NewCall): LiveCall {
    const begun = new LiveCall(
      {
        tenant_id: call.tenantId,
        id,
        channel_id: call.channelId,
        uniqueid: uniqueIdOf(call.channelId),
        request_id: call.requestId ?? null,
        direction: call.direction,
        started_at: call.startedAt.toISOString(),
        answered_at: null,
        ended_at: null,
        end_reason: null,
        hang_up_cause: null,
        caller_number: storable(call.callerNumber),
        dialled: storable(call.dialled),
        answered_by: null,
        subscriber_id: null,
        contract_id: null,
        protocols: [],
        json1: null,
        json2: null,
        json3: null,
        flow_state: null,
        ring_ms: null,
        wait_ms: null,
        talk_ms: null,
        hold_ms: null,
        trunk_id: call.trunkId ?? null,
        flow: null,
        queue: null,
      },
      [],
      undefined,
      0,
    );
    const number = begun.row.caller_number;
    begun.#put(newLeg(begun.row, { channelId: call.channelId, role: 'caller', number, at: call.startedAt }));
    begun.#dirtyRow = true;
    return begun;
  }

  /** Whether it has been in any menu. */
  get hasSteps(): boolean {
    return this.#position > 0;
  }

  get legs(): readonly LegRow[] {
    return [...this.#legs.values()];
  }

  /** It goes on on another channel, which is the caller's from now on. */
  move(channelId: string): void {
    for (const leg of this.legs) this.#put({ ...leg, role: leg.channel_id === channelId ? 'caller' : 'placed' });
    this.row.channel_id = channelId;
    this.row.answered_at = this.#legs.get(channelId)?.answered_at ?? null;
    this.#dirtyRow = true;
  }

  /** It goes on on another of its channels, with a person, and not in the flow it was in. */
  goOnWith(channelId: string, at: Date): void {
    this.#leave({ exit: 'transferred', at });
    this.row.channel_id = channelId;
    this.row.flow_state = null;
    this.#dirtyRow = true;
  }

  /** Something became of one of its legs. Of one that is not known nothing is. */
  leg(change: LegChange): void {
    if (change.kind === 'placed') {
      const { legId: channelId, number, at, charge } = change;
      if (!this.#legs.has(channelId)) this.#put(newLeg(this.row, { channelId, role: 'placed', number, at, charge }));
      return;
    }
    const known = this.#legs.get(change.legId);
    if (known === undefined) return;
    const leg = changedLeg(known, change);
    this.#put(leg);
    if (leg.role === 'caller' && leg.answered_at !== this.row.answered_at) {
      this.row.answered_at = leg.answered_at;
      this.#dirtyRow = true;
    }
  }

  /** Another call has one of its legs from now on. */
  give(channelId: string, at: Date): LegRow | undefined {
    const leg = this.#legs.get(channelId);
    if (leg === undefined) return undefined;
    this.#legs.delete(channelId);
    this.#dirtyLegs.delete(channelId);
    this.#given.set(channelId, leftLeg(leg, at));
    this.#dirtyGiven.add(channelId);
    return leg;
  }

  /** A leg that was another call's is one of its own from now on: it is one INVITE, and has one row. */
  take(leg: LegRow): void {
    this.#dirtyGiven.delete(leg.channel_id);
    this.#put({ ...leg, call_id: this.row.id, role: 'placed' });
  }

  /**
   * A step entered while another is open closes that one: the call went on there after a restart. None is entered once
   * the call has ended.
   */
  step(left: LeftStep | undefined, entered: EnteredStep | undefined): void {
    if (this.ended) return;
    const previous = left ?? (entered === undefined ? undefined : { exit: 'resumed', at: entered.at });
    if (previous !== undefined) this.#leave(previous);
    if (entered === undefined) return;
    this.#position += 1;
    this.#step = {
      tenant_id: this.row.tenant_id,
      call_id: this.row.id,
      position: this.#position,
      flow: entered.flow,
      node: entered.node,
      kind: entered.kind,
      entered_at: entered.at.toISOString(),
      left_at: null,
      exit: null,
      digits: null,
    };
    this.#dirtySteps.set(this.#position, this.#step);
    this.row.flow ??= entered.flow;
    this.row.flow_state = entered.state;
    this.#dirtyRow = true;
  }

  note(facts: CallFacts): void {
    const { row } = this;
    row.subscriber_id = facts.subscriberId ?? row.subscriber_id;
    row.contract_id = facts.contractId ?? row.contract_id;
    row.answered_by = facts.answeredBy ?? row.answered_by;
    row.trunk_id = facts.trunkId ?? row.trunk_id;
    row.queue = facts.queue ?? row.queue;
    row.json1 = facts.json1 === undefined ? row.json1 : storable(facts.json1);
    row.json2 = facts.json2 === undefined ? row.json2 : storable(facts.json2);
    row.json3 = facts.json3 === undefined ? row.json3 : storable(facts.json3);
    if (facts.protocol !== undefined && !row.protocols.includes(facts.protocol)) row.protocols.push(facts.protocol);
    this.#dirtyRow = true;
  }

  /** The first end counts; whatever comes later of the same call changes nothing. */
  close(reason: EndReason, cause: number | undefined, at: Date): void {
    if (this.row.ended_at !== null) return;
    this.#leave({ exit: reason, at });
    this.row.ended_at = at.toISOString();
    this.row.end_reason = reason;
    this.row.hang_up_cause = cause ?? null;
    this.row.flow_state = null;
    // Who hung up in the instant of the answer was joined with nobody.
    const answered = this.legs.find((leg) => leg.role === 'placed' && leg.answered_at !== null);
    this.row.answered_by ??= answered?.charged_number ?? answered?.number ?? null;
    // They were for whoever has the call on the screen, and may hold a caller's CPF.
    Object.assign(this.row, { json1: null, json2: null, json3: null });
    for (const leg of this.legs) {
      const left = leftLeg(leg, at);
      if (left !== leg) this.#put(leg.role === 'caller' ? { ...left, cause: cause ?? null } : left);
    }
    const legs = [...this.legs, ...this.#given.values()];
    Object.assign(this.row, durationsOf(legs, new Date(this.row.started_at), at));
    this.#dirtyRow = true;
  }

  get ended(): boolean {
    return this.row.ended_at !== null;
  }

  /** What the database has not seen, as copies; from now on it counts as seen. */
  takeDirty(): DirtyRows {
    const dirty = {
      row: this.#dirtyRow ? { ...this.row, protocols: [...this.row.protocols] } : undefined,
      steps: [...this.#dirtySteps.values()].map((step) => ({ ...step })),
      legs: this.legs.filter((leg) => this.#dirtyLegs.has(leg.channel_id)),
      given: [...this.#dirtyGiven],
    };
    this.#dirtyRow = false;
    this.#dirtySteps.clear();
    this.#dirtyLegs.clear();
    this.#dirtyGiven.clear();
    return dirty;
  }

  /** Rows taken but not stored: they count as unseen again unless they have changed since. */
  giveBack(dirty: DirtyRows): void {
    if (dirty.row !== undefined) this.#dirtyRow = true;
    for (const step of dirty.steps) {
      if (!this.#dirtySteps.has(step.position)) this.#dirtySteps.set(step.position, step);
    }
    for (const leg of dirty.legs) if (this.#legs.has(leg.channel_id)) this.#dirtyLegs.add(leg.channel_id);
    for (const channelId of dirty.given) if (!this.#legs.has(channelId)) this.#dirtyGiven.add(channelId);
  }

  #put(leg: LegRow): void {
    this.#legs.set(leg.channel_id, leg);
    this.#dirtyLegs.add(leg.channel_id);
  }

  #leave(left: LeftStep): void {
    const step = this.#step;
    if (step === undefined) return;
    step.left_at = left.at.toISOString();
    step.exit = left.exit;
    step.digits = left.digits ?? null;
    this.#dirtySteps.set(step.position, step);
    this.#step = undefined;
  }
}

/** The number that ends an exchange's name of a channel, such as 1610289043.371: programs know calls by it. */
function uniqueIdOf(channelId: string): string {
  return /\d+\.\d+$/.exec(channelId)?.[0] ?? channelId;
}

/** PostgreSQL's text holds every character but NUL, and a SIP header may hold that too. */
function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1000);
}
