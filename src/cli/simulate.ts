import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { runMigrations } from 'graphile-worker';
import { Registry } from 'prom-client';
import { createCallLog } from '../calls/call-log.ts';
import { createCallbackRequests } from '../calls/callback-requests.ts';
import type { CallLog } from '../calls/service.ts';
import { type Config, readConfig } from '../config.ts';
import { createErpRegistry } from '../erp/registry.ts';
import { openExchange } from '../exchange/service.ts';
import { createBoletoPainter } from '../isp/billing/boleto-painter.ts';
import { createEmbeddedErp } from '../isp/embedded-erp.ts';
import { schedulePromiseEnd } from '../isp/jobs.ts';
import { createIvr, flowFoldersOf } from '../ivr/plugin.ts';
import { readCatalogue } from '../ivr/speech/catalogue.ts';
import { promptsFolder } from '../ivr/speech/plugin.ts';
import { textSpeech } from '../ivr/text-speech.ts';
import { localDate, systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { systemIds } from '../kernel/ids.ts';
import { createLogger } from '../kernel/logger.ts';
import { createMessaging } from '../messaging/plugin.ts';
import { openDatabase } from '../storage/database.ts';
import { prepareHome } from '../storage/home-folder.ts';
import { migrate } from '../storage/migrate.ts';
import { FakeChannel, FakeTelephony } from '../telephony/fake-telephony.ts';
import { hubsoftKind } from '../vendors/hubsoft/plugin.ts';
import { sgpKind } from '../vendors/sgp/plugin.ts';
import { explain } from './exit.ts';
import { prepareInstallation } from './first-run.ts';
import { homeDatabase } from './home-database.ts';
import { terminalCaller } from './terminal-caller.ts';

const clock = systemClock;
const ids = systemIds;

/** `npm run simulate`: a voice menu in the terminal, with the engine, the ERP and the database that real calls have. */
async function simulate(): Promise<void> {
  const wanted = readArguments();
  const config = readConfig(process.env);
  await prepareHome(config.home);
  const storage = await homeDatabase(config);
  try {
    await migrate(storage.url);
    await play(config, storage.url, wanted);
  } finally {
    await storage.close();
  }
}

interface Wanted {
  readonly flow: string;
  /** Keys typed at the first entry that asks who calls. */
  readonly document: string | undefined;
  readonly from: string;
}

function readArguments(): Wanted {
  try {
    const { values } = parseArgs({
      options: {
        flow: { type: 'string', default: 'atendimento' },
        document: { type: 'string' },
        from: { type: 'string', default: '' },
      },
    });
    return {
      flow: values.flow,
      document: values.document && `${values.document.replaceAll(/[^0-9]/g, '')}#`,
      from: values.from,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const usage = 'Use: npm run simulate -- [--flow NAME] [--document CPF] [--from NUMBER]';
    throw new AppError('bad_request', `${reason}\n${usage}`, {}, error);
  }
}

async function play(config: Config, url: string, wanted: Wanted): Promise<void> {
  const logger = createLogger(config.logLevel, join(config.home, 'logs', 'simulate.log'));
  const metrics = new Registry();
  const database = openDatabase(url, logger, 4);
  const { db, pool } = database;
  await runMigrations({ pgPool: pool });
  const { tenantId, timeZone, withDemo } = await prepareInstallation({
    config,
    databaseUrl: url,
    db,
    clock,
    ids,
    askPassword: undefined,
  });
  const callLog = createCallLog({ db, pool, clock, ids, logger });
  const messaging = createMessaging({ db, clock, logger, metrics, config });
  const painter = createBoletoPainter(clock);
  const provider = { db, pool, tenantId, clock, timeZone };
  const erps = createErpRegistry({
    db,
    clock,
    logger,
    metrics,
    kinds: {
      embedded: {
        connect: () => createEmbeddedErp({ ...provider, messaging, paintBoleto: painter.paint, schedulePromiseEnd }),
        settleMs: 0,
      },
      ...(config.sgp && { sgp: sgpKind(config.sgp, { clock, logger, timeZone }) }),
      ...(config.hubsoft && { hubsoft: hubsoftKind(config.hubsoft, { clock, logger, timeZone }) }),
    },
    kindOf: () => config.erp,
  });
  const erp = await erps.gatewayFor(tenantId);
  const exchange = await openExchange(db, tenantId, { withDemo });
  const catalogue = readCatalogue(join(promptsFolder, 'pt-BR.yaml'));
  let nodeKind = '';
  const terminal = terminalCaller(process.stdin, process.stdout, {
    channel: () => channel,
    keys: wanted.document,
    asksWho: () => nodeKind === 'identify',
  });
  const channel: FakeChannel = new FakeChannel(clock, {
    id: `simulate-${ids.uuid()}`,
    callerNumber: wanted.from,
    onPlay: (media) => terminal.hear(media),
  });
  const ivr = createIvr({
    telephony: new FakeTelephony(terminal.ring),
    callLog: watched(callLog, (kind) => {
      nodeKind = kind;
    }),
    callbacks: createCallbackRequests({ db, log: callLog, clock, timeZone }),
    speech: textSpeech(
      catalogue,
      () => localDate(clock.now(), timeZone),
      (problem) => terminal.note(`[${problem}]`),
    ),
    catalogue,
    clock,
    logger,
    patience: terminal.patience,
    flowFolders: flowFoldersOf(config.home),
    tenant: (id) => ({ id, timeZone, erp, exchange }),
  });
  if (!ivr.hasFlow(wanted.flow)) {
    throw new AppError('not_found', `There is no voice menu "${wanted.flow}". There are: ${ivr.flowNames.join(', ')}.`);
  }
  terminal.note(`Menu "${wanted.flow}". Type keys and Enter; Enter alone is silence; Ctrl-D hangs up.\n`);
  const { callerNumber, dialled, startedAt } = channel;
  const direction = 'inbound';
  const callId = callLog.open({ tenantId, channelId: channel.id, callerNumber, dialled, direction, startedAt });
  const end = await ivr.handle(channel, { tenantId, flow: wanted.flow, callId });
  callLog.close(callId, { reason: end === 'interrupted' ? 'failed' : end, at: clock.now() });
  await callLog.flush();
  terminal.note(`\nThe call is over (${end}). It is in the log as ${callId}.`);
  terminal.close();
  await database.close();
  await promisify(logger.flush.bind(logger))();
}

/** The log, and who is told of each kind of node entered. */
function watched(log: CallLog, entering: (kind: string) => void): Pick<CallLog, 'step' | 'note'> {
  return {
    step: (callId, change) => {
      if (change.entered !== undefined) entering(change.entered.kind);
      log.step(callId, change);
    },
    note: (callId, facts) => log.note(callId, facts),
  };
}

simulate().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
