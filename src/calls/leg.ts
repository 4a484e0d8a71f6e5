import type { Charge, LegChange } from '../telephony/port.ts';

/** A row of `call_leg`, as JSON for the statement that writes it. */
export interface LegRow {
  tenant_id: number;
  call_id: string;
  channel_id: string;
  role: 'caller' | 'placed';
  number: string;
  started_at: string;
  ringing_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  cause: number | null;
  held_at: string | null;
  hold_ms: number;
  charged_to: string | null;
  charged_kind: string | null;
  charged_number: string | null;
}

/** A leg at its beginning. */
export function newLeg(
  call: { readonly tenant_id: number; readonly id: string },
  leg: {
    readonly channelId: string;
    readonly role: LegRow['role'];
    readonly number: string;
    readonly at: Date;
    readonly charge?: Charge | undefined;
  },
): LegRow {
  return {
    tenant_id: call.tenant_id,
    call_id: call.id,
    channel_id: leg.channelId,
    role: leg.role,
    number: leg.number,
    started_at: leg.at.toISOString(),
    ringing_at: null,
    answered_at: null,
    ended_at: null,
    cause: null,
    held_at: null,
    hold_ms: 0,
    charged_to: leg.charge?.extension ?? null,
    charged_kind: leg.charge?.kind ?? null,
    charged_number: leg.charge?.number ?? null,
  };
}

/** A leg after something became of it. What is told twice counts the first time; nothing comes after its end that has a cause. */
export function changedLeg(leg: LegRow, change: Exclude<LegChange, { kind: 'placed' }>): LegRow {
  const at = change.at.toISOString();
  if (change.kind === 'ended') {
    return leg.cause === null ? { ...afterHold(leg, change.at), ended_at: at, cause: change.cause } : leg;
  }
  if (leg.ended_at !== null) return leg;
  if (change.kind === 'ringing') return { ...leg, ringing_at: leg.ringing_at ?? at };
  if (change.kind === 'answered') return { ...leg, answered_at: leg.answered_at ?? at };
  if (change.kind === 'held') return { ...leg, held_at: leg.held_at ?? at };
  return afterHold(leg, change.at);
}

/** A leg whose call ended before the exchange said how the leg did: when and why it did may still come. */
export function leftLeg(leg: LegRow, at: Date): LegRow {
  return leg.ended_at === null ? { ...afterHold(leg, at), ended_at: at.toISOString() } : leg;
}

function afterHold(leg: LegRow, at: Date): LegRow {
  if (leg.held_at === null) return leg;
  const heldMs = Math.max(0, at.getTime() - Date.parse(leg.held_at));
  return { ...leg, held_at: null, hold_ms: leg.hold_ms + heldMs };
}
