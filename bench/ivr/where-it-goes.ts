import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callers, callIn, callMs } from './callers.ts';
import { Documents } from './documents.ts';
import { startOurs } from './ours.ts';
import { type ProfileSummary, summarizeProfiles } from './profile.ts';

export interface WhereItGoes {
  /** Of the control plane while calls come at this rate. */
  readonly rate: number;
  readonly calls: number;
  readonly profile: ProfileSummary;
  /** Requests to Asterisk by operation, and its events by type, per call. */
  readonly requestsPerCall: Readonly<Record<string, number>>;
  readonly eventsPerCall: Readonly<Record<string, number>>;
}

/** The code is compiled and the caches are full by then. */
const warmCalls = 400;

/** Runs ours once more under Node's profiler, and counts what it says to Asterisk. */
export async function findWhereItGoes(rate: number, calls: number): Promise<WhereItGoes> {
  const folder = mkdtempSync(join(tmpdir(), 'uirapuru-profile-'));
  const startedAt = performance.now();
  const ours = await startOurs(`--cpu-prof --cpu-prof-dir=${folder}`);
  const documents = new Documents(ours.database.documents);
  const crowd = { habits: callers.hasty, way: 'invoices', rate } as const;
  await callIn(ours.contestant, { ...crowd, calls: warmCalls, documents: documents.toHearInvoices(warmCalls) });
  const warmMs = performance.now() - startedAt - callMs(callers.hasty);
  const before = await readCounters(ours.metricsUrl);
  await callIn(ours.contestant, { ...crowd, calls, documents: documents.toHearInvoices(calls) });
  const after = await readCounters(ours.metricsUrl);
  await ours.stop();
  const perCall = (name: string): Record<string, number> =>
    Object.fromEntries(
      [...after]
        .filter(([key]) => key.startsWith(`${name}{`))
        .map(([key, value]) => [
          [...key.matchAll(/"([^"]*)"/g)].map((match) => match[1]).join(' '),
          Math.round(((value - (before.get(key) ?? 0)) / calls) * 100) / 100,
        ]),
    );
  return {
    rate,
    calls,
    profile: summarizeProfiles(folder, warmMs),
    requestsPerCall: perCall('uirapuru_ari_requests_total'),
    eventsPerCall: perCall('uirapuru_ari_events_total'),
  };
}

async function readCounters(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}
