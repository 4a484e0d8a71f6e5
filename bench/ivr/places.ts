import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from '../../src/config.ts';
import { stopLeftovers } from '../../src/main.ts';

/** Both systems live in homes of their own, with ports of their own; runs leave only their results behind. */
const base = resolve(process.env['BENCH_HOME'] ?? join(tmpdir(), 'uirapuru-bench'));
const firstPort = Number(process.env['BENCH_FIRST_PORT'] ?? 25_000);

export const resultsFolder = resolve(import.meta.dirname, '../results');

export const ports = {
  ours: { sip: firstPort + 60, wss: firstPort + 61, tls: firstPort + 63, http: firstPort + 80, https: firstPort + 81 },
  peer: { sip: firstPort + 70, wss: firstPort + 71, tls: firstPort + 72, erp: firstPort + 90 },
  phone: { sip: firstPort + 62, media: firstPort + 64, probe: firstPort + 100 },
  /** Each call takes two. Both Asterisks take what is free. */
  rtp: { first: firstPort + 200, last: firstPort + 5_999 },
} as const;

/** The settings of one system, as its environment would give them. */
export function configOf(system: 'ours' | 'peer'): Config {
  return readConfig({ ...process.env, ...environmentOf(system) });
}

export function environmentOf(system: 'ours' | 'peer'): Record<string, string> {
  const own = ports[system];
  return {
    UIRAPURU_HOME: join(base, system),
    UIRAPURU_BIND: '127.0.0.1',
    UIRAPURU_SIP_PORT: String(own.sip),
    UIRAPURU_WSS_PORT: String(own.wss),
    UIRAPURU_SIP_TLS_PORT: String(own.tls),
    UIRAPURU_RTP_PORTS: `${ports.rtp.first}-${ports.rtp.last}`,
    UIRAPURU_HTTP_PORT: String(ports.ours.http),
    UIRAPURU_HTTPS_PORT: String(ports.ours.https),
    UIRAPURU_DEMO: '1',
  };
}

/** Every run begins with new databases. What an earlier run that was killed left running is ended first. */
export async function emptyHomes(): Promise<void> {
  for (const system of ['ours', 'peer'] as const) await stopLeftovers(configOf(system));
  rmSync(base, { recursive: true, force: true });
}
