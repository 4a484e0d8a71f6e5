import type { Database } from '../../src/storage/database.ts';
import type { PlacedCall } from './traffic.ts';

/** A time in which something was dead or stood still, from just before it until all was well again, by the machine's clock. */
export interface Outage {
  readonly fault: Fault;
  readonly from: number;
  readonly to: number;
}

export type Fault =
  | 'control plane killed'
  | 'control plane frozen'
  | 'Asterisk killed'
  | 'PostgreSQL killed'
  | 'Asterisk cut off';

/** What a run came to; all that is to be nothing is nothing when all is well. */
export interface Figures {
  readonly calls: number;
  readonly talks: number;
  /** Talks that ended with Asterisk itself. */
  readonly talksWithAsterisk: number;
  readonly talksLost: readonly string[];
  readonly rowsLost: readonly string[];
  readonly rowsDoubled: readonly string[];
  readonly actsDoubled: readonly string[];
  readonly agentsStuck: readonly string[];
  /** Of who waits or talks, and is not sent on. */
  readonly longestSilenceMs: number;
  /** Callers who heard nothing for longer than may be, and than it took until all was well again. */
  readonly silences: readonly string[];
  /** By how much the phones' talking time with the queue differs from the report's. */
  readonly talkDifferenceMs: number;
  /** Talks with the queue of which the report and the phone say different lengths. */
  readonly wrongTimes: readonly string[];
}

const longestSilenceMs = 3_000;
/** Who is sent on hears ringing, which in Brazil pauses for four seconds. */
const ringingPauseMs = 4_000;
/** Of a talk; the phone hears the other one a moment after the answer. */
const toleratedMs = 1_500;
/** While keys are pressed the menu listens. */
const keyingMs = 3_000;
/** The clocks of a phone's answer and of the row that is made for it are read at different moments. */
const slackMs = 1_000;

interface Row {
  readonly id: string;
  readonly callerNumber: string;
  readonly startedAt: number;
  readonly isOpen: boolean;
}

/** Holds what the phones know against what the database has. @param agentsStuck those that cannot be used at the end */
export async function figuresOf(
  db: Database,
  calls: readonly PlacedCall[],
  outages: readonly Outage[],
  agentsStuck: readonly string[],
): Promise<Figures> {
  const rows = await rowsOf(db);
  const withAsterisk = outages.filter(({ fault }) => fault === 'Asterisk killed');
  const diedWithAsterisk = (call: PlacedCall) => withAsterisk.some((outage) => overlaps(call, outage));
  const placedInOutage = (call: PlacedCall) =>
    outages.some(({ from, to }) => call.dialledAt >= from - slackMs && call.dialledAt <= to);
  const ours = calls.filter((call) => call.answeredAt !== undefined && !diedWithAsterisk(call));
  const matched = ours.map((call) => ({ call, rows: rows.filter((row) => isOf(row, call, calls)) }));
  const certain = ours.filter((call) => !placedInOutage(call));
  const queueRows = await queueRowsOf(db);
  const talked = ours.filter(({ talkedFrom }) => talkedFrom !== undefined);
  const queueTalks = matched.filter(
    ({ call }) => call.kind === 'queue' && call.talkedFrom !== undefined && !placedInOutage(call),
  );
  const differences = queueTalks.flatMap(({ call, rows: [row] }) => {
    const talkMs = queueRows.find(({ callId }) => callId === row?.id)?.talkMs;
    const heardMs = call.endedAt - (call.talkedFrom ?? call.endedAt);
    return talkMs === undefined ? [] : [{ call, differenceMs: talkMs - heardMs }];
  });
  const unlocks = await unlocksByContract(db);
  return {
    calls: calls.length,
    talks: talked.length,
    talksWithAsterisk: calls.filter((call) => call.talkedFrom !== undefined && diedWithAsterisk(call)).length,
    talksLost: talked.filter(({ lostTalk }) => lostTalk).map(nameOf),
    rowsLost: [
      ...matched.filter((one) => one.rows.length === 0 && !placedInOutage(one.call)).map(({ call }) => nameOf(call)),
      ...rows.filter(({ isOpen }) => isOpen).map(({ id, callerNumber }) => `${callerNumber}: ${id} has no end`),
      ...queueTalks
        .filter(
          (one) => !one.rows.some(({ id }) => queueRows.some((row) => row.callId === id && row.talkMs !== undefined)),
        )
        .map(({ call }) => `${nameOf(call)} in the queue`),
    ],
    rowsDoubled: [
      ...matched.filter((one) => one.rows.length > 1).map(({ call }) => nameOf(call)),
      ...queueTalks
        .filter((one) => queueRows.filter((row) => one.rows.some(({ id }) => id === row.callId)).length > 1)
        .map(({ call }) => `${nameOf(call)} in the queue`),
    ],
    actsDoubled: unlocks
      .filter(({ count }) => count > 1)
      .map(({ contract, count }) => `contract ${contract}: ${count} unlocks`),
    agentsStuck,
    longestSilenceMs: Math.round(
      Math.max(
        0,
        ...certain
          .filter(({ isTransferred, kind }) => !isTransferred && kind !== 'menu')
          .map(({ silenceMs }) => silenceMs),
      ),
    ),
    silences: certain.filter((call) => call.silenceMs > mostSilenceOf(call) + outMs(call, outages)).map(nameOf),
    talkDifferenceMs: Math.round(differences.reduce((sum, { differenceMs }) => sum + differenceMs, 0)),
    wrongTimes: differences
      .filter(({ differenceMs }) => Math.abs(differenceMs) > toleratedMs)
      .map(({ call, differenceMs }) => `${nameOf(call)}: ${Math.round(differenceMs)} ms more than the phone had`),
  };
}

/** The table that is printed of a run. */
export function tableOf(figures: Figures): string {
  const { longestSilenceMs: silence, talkDifferenceMs, calls, talks, talksWithAsterisk } = figures;
  const lines: [string, string][] = [
    ['calls', `${calls}, of which ${talks} talked; ${talksWithAsterisk} talks ended with Asterisk`],
    ['talks lost', String(figures.talksLost.length)],
    ['rows lost', String(figures.rowsLost.length)],
    ['rows doubled', String(figures.rowsDoubled.length)],
    ['acts doubled', String(figures.actsDoubled.length)],
    ['agents stuck', String(figures.agentsStuck.length)],
    ['longest silence', `${(silence / 1_000).toFixed(1)} s`],
    ['report less phones', `${(talkDifferenceMs / 1_000).toFixed(1)} s of talking with the queue`],
  ];
  return lines.map(([what, figure]) => `${what.padEnd(20)}${figure}`).join('\n');
}

/** Everything that is not as it is to be. */
export function flawsIn(figures: Figures): string[] {
  return [
    ...figures.talksLost.map((what) => `talk lost: ${what}`),
    ...figures.rowsLost.map((what) => `row lost: ${what}`),
    ...figures.rowsDoubled.map((what) => `row doubled: ${what}`),
    ...figures.actsDoubled.map((what) => `act doubled: ${what}`),
    ...figures.agentsStuck.map((what) => `agent stuck: ${what}`),
    ...figures.silences.map((what) => `silence: ${what}`),
  ];
}

function mostSilenceOf({ isTransferred, kind }: PlacedCall): number {
  if (kind === 'menu') return keyingMs + longestSilenceMs;
  return isTransferred ? ringingPauseMs + longestSilenceMs : longestSilenceMs;
}

/** How long nobody could speak to a caller: on a busy machine a control plane takes its time to be there again. */
function outMs(call: PlacedCall, outages: readonly Outage[]): number {
  return Math.max(0, ...outages.filter((one) => overlaps(call, one)).map(({ from, to }) => to - from));
}

function overlaps(call: PlacedCall, { from, to }: Outage): boolean {
  return call.dialledAt <= to && call.endedAt >= from;
}

function isOf(row: Row, call: PlacedCall, all: readonly PlacedCall[]): boolean {
  if (row.callerNumber !== call.from) return false;
  const next = all.find(({ from, dialledAt }) => from === call.from && dialledAt > call.dialledAt);
  return (
    row.startedAt >= call.dialledAt - slackMs / 4 &&
    row.startedAt < (next?.dialledAt ?? Number.POSITIVE_INFINITY) - slackMs / 4
  );
}

function nameOf(call: PlacedCall): string {
  const at = (ms: number | undefined) => (ms === undefined ? '-' : new Date(ms).toISOString().slice(11, 23));
  const { from, to, kind, end, isTransferred, silenceMs } = call;
  return (
    `${from} to ${to} (${kind}${isTransferred ? ', transferred' : ''}) dialled ${at(call.dialledAt)}, answered ${at(call.answeredAt)}, ` +
    `talked ${at(call.talkedFrom)} to ${at(call.talkedTo)}, ended ${at(call.endedAt)} by ${end}, silent for ${Math.round(silenceMs)} ms`
  );
}

async function rowsOf(db: Database): Promise<Row[]> {
  const rows = await db.selectFrom('call').select(['id', 'caller_number', 'started_at', 'ended_at']).execute();
  return rows.map((row) => ({
    id: row.id,
    callerNumber: row.caller_number,
    startedAt: row.started_at.getTime(),
    isOpen: row.ended_at === null,
  }));
}

async function queueRowsOf(db: Database): Promise<{ callId: string; talkMs: number | undefined }[]> {
  const rows = await db.selectFrom('queue_call').select(['call_id', 'left_at', 'talked_until', 'outcome']).execute();
  return rows.map(({ call_id: callId, left_at, talked_until, outcome }) => {
    const isTalk = outcome === 'answered' && talked_until !== null && left_at !== null;
    return { callId, talkMs: isTalk ? talked_until.getTime() - left_at.getTime() : undefined };
  });
}

/** Of those that a call asked for. */
async function unlocksByContract(db: Database): Promise<{ contract: number; count: number }[]> {
  return await db
    .selectFrom('promise')
    .select(['contract_id as contract', (of) => of.fn.countAll<number>().as('count')])
    .where('call_id', 'is not', null)
    .groupBy('contract_id')
    .execute();
}
