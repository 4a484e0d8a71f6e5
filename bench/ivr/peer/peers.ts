import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { newExtension } from '../../../src/exchange/schemas.ts';
import { prepareHome } from '../../../src/storage/home-folder.ts';
import type { Account } from '../../../test/phone/scenario.ts';
import type { Contestant } from '../contestant.ts';
import { type FilledDatabase, fillDatabase } from '../filled-database.ts';
import { configOf, ports } from '../places.ts';
import { startPeerAsterisk } from './asterisk.ts';
import { peerNumbers, renderPeerDialplan } from './dialplan.ts';
import { pythonStep } from './python-step.ts';

export interface Peers {
  readonly curl: Contestant;
  readonly python: Contestant;
  readonly database: FilledDatabase;
  stop(): Promise<void>;
}

/** Starts what (b) and (c) share: PostgreSQL, the ERP over HTTP, and an Asterisk with a menu for each. */
export async function startPeers(account: Account): Promise<Peers> {
  const config = configOf('peer');
  await prepareHome(config.home);
  const database = await fillDatabase(config);
  const erpUrl = `http://127.0.0.1:${ports.peer.erp}`;
  const erp = await startErp([
    config.home,
    database.url,
    String(ports.peer.erp),
    String(database.tenantId),
    config.timeZone,
  ]);
  const named = newExtension.parse({ number: account.user, callerName: 'Telefone de teste' });
  const phone = { ...named, password: account.password };
  const asterisk = await startPeerAsterisk(config, [phone], renderPeerDialplan(erpUrl, pythonStep(config.home)));
  const shared = {
    target: `127.0.0.1:${ports.peer.sip}`,
    account,
    databaseUrl: database.url,
    parts: { asterisk: asterisk.pid, node: erp.pid ?? 0, postgres: database.pid },
    async reached(way: 'invoices' | 'unlock') {
      const counts = (await (await fetch(`${erpUrl}/counts`)).json()) as Record<string, string>;
      return Number(counts[way]);
    },
  };
  return {
    curl: { ...shared, name: 'b', title: 'plain dialplan, CURL()', number: peerNumbers.curl },
    python: { ...shared, name: 'c', title: 'dialplan, a Python AGI process a step', number: peerNumbers.python },
    database,
    async stop() {
      await asterisk.stop();
      erp.kill('SIGTERM');
      await database.stop();
    },
  };
}

function startErp(args: readonly string[]): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'erp-server.ts'), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`The ERP of the peers ended with ${code}`)));
  });
}
