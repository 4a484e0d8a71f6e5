import { sql } from 'kysely';
import type { Database } from '../../src/storage/database.ts';
import type { PlacedCall } from './placed-call.ts';

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
  /** How often agents said what a call was about, and paused; notes that callers gave; and how many were called back. */
  readonly deeds: string;
  readonly agentsStuck: readonly string[];
  /** Where the reports of the day do not add up. */
  readonly reportFlaws: readonly string[];
  /** Of everybody, from the dialling to the end, also of those who called while something was dead. */
  readonly longestSilenceMs: number;
  /** Of those who were sent on, which the ringing tone's pauses are part of. */
  readonly longestSilenceSentOnMs: number;
  /** Callers who heard nothing for longer than may be. */
  readonly silences: readonly string[];
  /** By how much the phones' talking time with the queue differs from the report's. */
  readonly talkDifferenceMs: number;
  /** Talks with the queue of which the report and the phone say different lengths. */
  readonly wrongTimes: readonly string[];
}

const longestSilenceMs = 3_000;
/** Who is sent on hears ringing: in Brazil a second of tone, and four of pause. */
const ringingPauseMs = 4_000;
/** While these last nobody can let a caller hear anything: Asterisk asks nobody else, and who stands still is not replaced. */
const unattended: readonly Fault[] = ['control plane frozen', 'Asterisk cut off'];
/** Of a talk; the phone hears the other one a moment after the answer. */
const toleratedMs = 1_500;
/** What happened so shortly before a kill may not have been written: an answer then counts from when the talk is found. */
const unwrittenMs = 1_000;
/** The clocks of a phone's answer and of the row that is made for it are read at different moments. */
const slackMs = 1_000;

interface Row {
  readonly id: string;
  readonly callerNumber: string;
  readonly startedAt: number;
  readonly isOpen: boolean;
}

/** Holds what the phones know against what the database has. @param found what is known besides */
export async function figuresOf(
  db: Database,
  calls: readonly PlacedCall[],
  outages: readonly Outage[],
  found: Pick<Figures, 'agentsStuck' | 'reportFlaws'>,
): Promise<Figures> {
  const rows = await rowsOf(db);
  const withAsterisk = outages.filter(({ fault }) => fault === 'Asterisk killed');
  const diedWithAsterisk = (call: PlacedCall) => withAsterisk.some((outage) => overlaps(call, outage));
  const placedInOutage = (call: PlacedCall) =>
    outages.some(({ from, to }) => call.dialledAt >= from - slackMs && call.dialledAt <= to);
  const survivors = calls.filter((call) => !diedWithAsterisk(call));
  // The row of who is called back is that of the agent.
  const ours = survivors.filter(({ answeredAt, kind }) => answeredAt !== undefined && kind !== 'called back');
  const matched = ours.map((call) => ({ call, rows: rows.filter((row) => isOf(row, call, calls)) }));
  const queueRows = await queueRowsOf(db);
  const talked = survivors.filter(({ talkedFrom }) => talkedFrom !== undefined);
  const queueTalks = matched.filter(
    ({ call }) =>
      (call.kind === 'queue' || call.kind === 'story') && call.talkedFrom !== undefined && !placedInOutage(call),
  );
  const differences = queueTalks.flatMap(({ call, rows: [row] }) => {
    const talkMs = queueRows.find(({ callId }) => callId === row?.id)?.talkMs;
    const heardMs = (call.talkedTo ?? 0) - (call.talkedFrom ?? 0);
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
    deeds: await deedsOf(db),
    ...found,
    longestSilenceMs: longestOf(survivors.filter(({ isTransferred }) => !isTransferred)),
    longestSilenceSentOnMs: longestOf(survivors.filter(({ isTransferred }) => isTransferred)),
    silences: survivors.filter((call) => call.silenceMs > mostSilenceOf(call, outages)).map(nameOf),
    talkDifferenceMs: Math.round(differences.reduce((sum, { differenceMs }) => sum + differenceMs, 0)),
    wrongTimes: differences
      .filter(({ call, differenceMs }) => {
        const mostMs = toleratedMs + foundAfterMs(call.talkedFrom ?? 0, outages);
        return differenceMs > toleratedMs || differenceMs < -mostMs;
      })
      .map(({ call, differenceMs }) => `${nameOf(call)}: ${Math.round(differenceMs)} ms more than the phone had`),
  };
}

/** The table that is printed of a run. */
export function tableOf(figures: Figures): string {
  const {
    longestSilenceMs: silence,
    longestSilenceSentOnMs,
    talkDifferenceMs,
    calls,
    talks,
    talksWithAsterisk,
  } = figures;
  const lines: [string, string][] = [
    ['calls', `${calls}, of which ${talks} talked; ${talksWithAsterisk} talks ended with Asterisk`],
    ['besides', figures.deeds],
    ['talks lost', String(figures.talksLost.length)],
    ['rows lost', String(figures.rowsLost.length)],
    ['rows doubled', String(figures.rowsDoubled.length)],
    ['acts doubled', String(figures.actsDoubled.length)],
    ['agents stuck', String(figures.agentsStuck.length)],
    ['report', figures.reportFlaws.length === 0 ? 'adds up' : `${figures.reportFlaws.length} sums do not agree`],
    [
      'longest silence',
      `${(silence / 1_000).toFixed(1)} s; ${(longestSilenceSentOnMs / 1_000).toFixed(1)} s of who was sent on`,
    ],
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
    ...figures.reportFlaws,
    ...figures.silences.map((what) => `silence: ${what}`),
  ];
}

function mostSilenceOf(call: PlacedCall, outages: readonly Outage[]): number {
  const { isTransferred, silentFrom = 0, silenceMs } = call;
  const until = silentFrom + silenceMs;
  const unattendedMs = outages
    .filter(({ fault, from, to }) => unattended.includes(fault) && from < until && to > silentFrom)
    .map(({ from, to }) => Math.min(to, until) - Math.max(from, silentFrom));
  return longestSilenceMs + (isTransferred ? ringingPauseMs : 0) + Math.max(0, ...unattendedMs);
}

/** How long after an answer its talk was found, where it was not written. */
function foundAfterMs(answeredAt: number, outages: readonly Outage[]): number {
  const kill = outages.find(({ from }) => answeredAt <= from && from - answeredAt < unwrittenMs);
  return kill === undefined ? 0 : kill.to - answeredAt;
}

function longestOf(calls: readonly PlacedCall[]): number {
  return Math.round(Math.max(0, ...calls.map(({ silenceMs }) => silenceMs)));
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
  const { from, to, kind, end, isTransferred, silenceMs, silentFrom } = call;
  return (
    `${from} to ${to} (${kind}${isTransferred ? ', transferred' : ''}) dialled ${at(call.dialledAt)}, answered ${at(call.answeredAt)}, ` +
    `talked ${at(call.talkedFrom)} to ${at(call.talkedTo)}, ended ${at(call.endedAt)} by ${end}, silent for ${Math.round(silenceMs)} ms from ${at(silentFrom)}`
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

async function deedsOf(db: Database): Promise<string> {
  const { rows } = await sql<{ told: string }>`select concat(
    (select count(*) from queue_call where tab1 is not null), ' dispositions, ',
    (select count(*) from agent_state where state = 'paused'), ' pauses, ',
    (select count(*) from survey_answer), ' notes, ',
    (select count(*) from queue_callback where state = 'done'), ' called back') as told`.execute(db);
  return rows[0]?.told ?? '';
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
