import type { SideNotes } from '../telephony/parties.ts';
import { otherSide, type SentBy } from './transfer-steps.ts';

/** What is noted of a side of a talk that was taken apart, for the process after us. */
export type TransferNote =
  /** Sent to a number; or hearing music while that side asks there. */
  | (SentBy & { readonly asker?: string })
  /** To be joined with a channel of a second call, which is over by that; `from` is who has it so. */
  | { readonly joins: string; readonly second: string; readonly from: string }
  /** Leading a conference with these channels. */
  | { readonly meeting: readonly string[] }
  /** The call goes on without it, or by what is noted of the others. */
  | { readonly leaves: true };

const leaving = JSON.stringify({ leaves: true } satisfies TransferNote);

/** Both sides' notes. @param by who goes, or asks; what is noted is of the other one */
export function notesOf(by: 'caller' | 'other', note: TransferNote): SideNotes {
  const noted = { caller: leaving, other: leaving };
  return { ...noted, [otherSide[by]]: JSON.stringify(note) };
}

/** Of a talk whose sides are needed elsewhere. */
export const bothLeave: SideNotes = { caller: leaving, other: leaving };
