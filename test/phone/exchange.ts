import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { readConfig } from '../../src/config.ts';
import { type Extension, newExtension } from '../../src/exchange/schemas.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import type { AriAddress } from '../../src/telephony/asterisk/ari-connection.ts';
import { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import { createAriMetrics } from '../../src/telephony/asterisk/metrics.ts';
import { createProvisioner } from '../../src/telephony/asterisk/provisioner.ts';
import { dialplan } from '../../src/telephony/asterisk/runtime/dialplan.ts';
import { type AsteriskRuntime, startAsterisk } from '../../src/telephony/asterisk/runtime/start-asterisk.ts';
import { homesFolder } from '../helpers/homes-folder.ts';
import { PortStretch } from '../helpers/ports.ts';
import type { Account } from './scenario.ts';

/** A real Asterisk of a test's own, with extensions. */
export interface TestExchange {
  readonly asterisk: AsteriskRuntime;
  /** What SIPp calls: host and port. */
  readonly target: string;
  /** First of a hundred ports that nobody else uses: phones take their SIP and audio ports from here. */
  readonly phonePorts: number;
  readonly account: (number: string) => Account;
  /** Compares the extensions again, as the control plane does whenever Asterisk is back. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

/** The extensions of every test exchange. */
export const testExtensions: readonly Extension[] = ['100', '101', '102', '103'].map((number) => ({
  ...newExtension.parse({ number, callerName: `Extension ${number}`, fallback: number === '103' }),
  password: `secret-of-${number}`,
}));

/** Starts Asterisk on ports of its own. */
export async function startExchange(): Promise<TestExchange> {
  const ports = await PortStretch.claim();
  const sipPort = ports.first;
  const home = mkdtempSync(join(homesFolder(), 'tel-'));
  const asterisk = await startAsterisk(
    readConfig({
      ...process.env,
      UIRAPURU_HOME: home,
      UIRAPURU_SIP_PORT: String(sipPort),
      UIRAPURU_WSS_PORT: String(sipPort + 1),
      UIRAPURU_SIP_TLS_PORT: String(sipPort + 2),
      UIRAPURU_RTP_PORTS: `${sipPort + 200}-${sipPort + 397}`,
    }),
  );
  const provisioner = createProvisioner({ address: asterisk, logger: createLogger('warn') });
  await provisioner.reconcile([{ tenantId: 1, domain: null, extensions: testExtensions, trunks: [] }]);
  return {
    asterisk,
    target: `127.0.0.1:${sipPort}`,
    phonePorts: sipPort + 10,
    account: (number) => ({ user: number, password: `secret-of-${number}` }),
    heal: () => provisioner.heal(),
    async stop() {
      await asterisk.stop();
      ports.release();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A control plane's ear on an exchange, not started yet. */
export function telephonyOf(address: AriAddress, pingMs = 500): AsteriskTelephony {
  return new AsteriskTelephony({
    address,
    application: dialplan.application,
    clock: systemClock,
    ids: systemIds,
    logger: createLogger('error'),
    metrics: createAriMetrics(new Registry()),
    pingMs,
  });
}
