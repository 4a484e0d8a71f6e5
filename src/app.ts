import { hostname } from 'node:os';
import { join } from 'node:path';
import { stdin, stdout } from 'node:process';
import type { Runner } from 'graphile-worker';
import { collectDefaultMetrics, Registry } from 'prom-client';
import product from '../package.json' with { type: 'json' };
import { createApiInstances } from './access/api-instances.ts';
import { createGate } from './access/gate.ts';
import { createAccess } from './access/service.ts';
import { startJobs } from './background-jobs.ts';
import { createCallLog } from './calls/call-log.ts';
import { createCallbackRequests } from './calls/callback-requests.ts';
import { recordingTasks } from './calls/jobs.ts';
import { createObjectStore } from './calls/object-store.ts';
import { createRecordingFiles } from './calls/recording-files.ts';
import { askPassword } from './cli/ask-password.ts';
import { prepareInstallation } from './cli/first-run.ts';
import { makeAdministeredTenant } from './cli/new-tenant.ts';
import { serveLive } from './console-api/live.ts';
import { createHttpApp } from './console-api/plugin.ts';
import { reportRoutes } from './console-api/reports.ts';
import { serveTelephoneApi } from './console-api/telephone-api.ts';
import { erpTasks } from './erp/jobs.ts';
import { createErpRegistry } from './erp/registry.ts';
import { createCallDispatch } from './exchange/dispatch.ts';
import type { Provisioned } from './exchange/schemas.ts';
import {
  createCallRoutes,
  createExtensions,
  createGroups,
  createOpeningHours,
  createSpendingLimits,
  createTenants,
  createTrunks,
  readTenants,
} from './exchange/service.ts';
import { trunkArrival } from './exchange/trunk-arrival.ts';
import { probeHealth } from './health-probe.ts';
import { createHouseMusic } from './house-music.ts';
import { createBackOffices } from './isp/back-offices.ts';
import { createBoletoPainter } from './isp/billing/boleto-painter.ts';
import { boletoPdf, createInvoiceLinks } from './isp/billing/service.ts';
import { createEmbeddedErp } from './isp/embedded-erp.ts';
import { ispTasks, schedulePromiseEnd } from './isp/jobs.ts';
import { createConcentrators } from './isp/network/concentrators.ts';
import { createRadiusExchange } from './isp/network/radius-exchange.ts';
import { createIvr, flowFoldersOf } from './ivr/plugin.ts';
import { createSpeechPlugin } from './ivr/speech/plugin.ts';
import { systemClock } from './kernel/clock.ts';
import { AppError } from './kernel/errors.ts';
import { systemIds } from './kernel/ids.ts';
import { listenHttps } from './listen-https.ts';
import { createLiveFeed } from './live/service.ts';
import type { App, AppDeps } from './main.ts';
import { createMessaging } from './messaging/plugin.ts';
import { createPhoneDoor } from './phone-door.ts';
import { createQueues } from './queues/service.ts';
import { reportTasks } from './reports/jobs.ts';
import { createReports } from './reports/service.ts';
import { screenTasks } from './screen-pop/jobs.ts';
import { createScreens } from './screen-pop/service.ts';
import { openDatabase } from './storage/database.ts';
import { databaseTrouble } from './storage/database-trouble.ts';
import { takeLease } from './storage/lease.ts';
import { migrate } from './storage/migrate.ts';
import { listenTo, type Notices } from './storage/notices.ts';
import { AsteriskTelephony } from './telephony/asterisk/asterisk-telephony.ts';
import { createAriMetrics } from './telephony/asterisk/metrics.ts';
import { createPhoneStates } from './telephony/asterisk/phone-states.ts';
import { createProvisioner } from './telephony/asterisk/provisioner.ts';
import { namesOf } from './telephony/asterisk/provisioning.ts';
import { createRecordedFiles } from './telephony/asterisk/recorded-files.ts';
import { createRegistrations } from './telephony/asterisk/registrations.ts';
import { dialplan } from './telephony/asterisk/runtime/dialplan.ts';
import { speechPrograms } from './telephony/asterisk/runtime/speech-programs.ts';
import { keepTenants, openTenant, type Tenant } from './tenant.ts';
import { hubsoftKind } from './vendors/hubsoft/plugin.ts';
import { hubsoftServer } from './vendors/hubsoft/server.ts';
import { intelbrasServer } from './vendors/intelbras/server.ts';
import { sgpKind } from './vendors/sgp/plugin.ts';
import { sgpServer } from './vendors/sgp/server.ts';
import { voicemailTasks } from './voicemail/jobs.ts';
import { createVoicemail } from './voicemail/plugin.ts';

const clock = systemClock;
const ids = systemIds;

/**
 * The one list of what is wired: every room is constructed here, on a database and an Asterisk that already run.
 * @throws AppError of whichever part cannot start, with a sentence
 */
export async function createApp(deps: AppDeps): Promise<App<void>> {
  const { config, databaseUrl, asterisk, logger } = deps;
  const metrics = new Registry();
  // By default the loop's delay is sampled every 10 ms, which is most of what an idle control plane costs.
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: 100 });

  await migrate(databaseUrl, { waiting: deps.progress });
  const me = { host: hostname(), pid: process.pid, home: config.home, version: product.version };
  const lease = await takeLease(databaseUrl, { me, logger, standingBy: deps.progress });
  void lease.lost.then(deps.endNow);
  const database = openDatabase(databaseUrl, logger, undefined, lease);
  const { db, pool } = database;
  const installation = await prepareInstallation({
    config,
    databaseUrl,
    db,
    clock,
    ids,
    askPassword: stdin.isTTY && stdout.isTTY ? askPassword : undefined,
  });
  const { tenantId, timeZone, withDemo } = installation;

  const access = createAccess({ db, clock, ids, withDemo });
  const instances = createApiInstances({ db, clock, ids, withDemo });
  const gate = createGate({ access, limits: config.limits, logger, metrics });
  const callLog = createCallLog({ db, pool, clock, ids, logger });
  const screens = createScreens({ db, pool, clock });
  const feed = createLiveFeed({ db, databaseUrl, clock, logger });
  const callbacks = createCallbackRequests({ db, log: callLog, clock, timeZone });
  const messaging = createMessaging({ db, clock, logger, metrics, config });
  const painter = createBoletoPainter(clock);
  const paintBoleto = painter.paint;
  const invoiceLinks = createInvoiceLinks({ db, clock, ids, publicUrl: config.publicUrl, linkDays: config.linkDays });
  const provider = (id: number) => ({ db, pool, tenantId: id, clock, timeZone });
  const concentrators = createConcentrators(createRadiusExchange(clock, config.radiusSourceAddress), clock, logger);
  const embeddedErp = (own: ReturnType<typeof provider>) =>
    createEmbeddedErp({ ...own, messaging, paintBoleto, schedulePromiseEnd, concentrators });
  const erps = createErpRegistry({
    db,
    clock,
    logger,
    metrics,
    mandate: lease,
    kinds: {
      embedded: { connect: (id) => embeddedErp(provider(id)), settleMs: 0 },
      ...(config.sgp && { sgp: sgpKind(config.sgp, { clock, logger, timeZone }) }),
      ...(config.hubsoft && { hubsoft: hubsoftKind(config.hubsoft, { clock, logger, timeZone }) }),
    },
    // A provider's own ERP knows the first tenant's subscribers; the others keep theirs here.
    kindOf: (id) => (id === tenantId ? config.erp : 'embedded'),
    callUrl: (id) => `${config.publicUrl}/api/calls/${id}`,
  });
  /** Those that run, by id; see `keepTenants`. */
  const tenants = new Map<number, Tenant>();
  const tenantOf = (id: number): Tenant => {
    const tenant = tenants.get(id);
    if (tenant === undefined) throw new AppError('not_found', `There is no tenant ${id}.`, { tenantId: id });
    return tenant;
  };
  const registrations = createRegistrations({ address: asterisk, ids });
  const provisioner = createProvisioner({ address: asterisk, logger });
  const changed = async (id: number): Promise<void> => {
    const { exchange, queues: floor } = tenantOf(id);
    await Promise.all([exchange.refresh(), floor.reload()]);
  };
  const extensions = createExtensions({ db, ids, changed });
  const trunks = createTrunks({ db, changed });

  const { speech, catalogue } = createSpeechPlugin({
    home: config.home,
    timeZone,
    programs: speechPrograms(config.cache),
    speechUrl: config.speechUrl,
    clock,
    log: logger,
  });
  const door = createPhoneDoor({
    config,
    db,
    databaseUrl,
    asterisk,
    clock,
    logger,
    metrics,
    trunks: () => [...tenants.values()].flatMap(({ exchange }) => exchange.provisioned().trunks),
  });
  const telephony = new AsteriskTelephony({
    address: asterisk,
    application: dialplan.application,
    clock,
    ids,
    logger,
    mandate: lease,
    metrics: createAriMetrics(metrics),
    endsFile: asterisk.endsFile,
    endpointsOf: (id, number) => {
      const { exchange } = tenantOf(id);
      return namesOf(exchange.extension(number) ?? { number, kind: 'sip' }, exchange.domain);
    },
    arrivalOf: (seeming, dialled) =>
      trunkArrival(
        [...tenants.values()].map(({ exchange }) => exchange),
        seeming,
        dialled,
      ),
    // Asterisk commits what was pushed to it once a second: one that was killed may have forgotten the latest.
    connected: () => {
      void provisioner.heal();
      door.heal();
    },
  });
  const house = { db, clock, ids, logger, timeZone };
  const recorded = createRecordedFiles(asterisk);
  const folder = join(config.home, 'voicemail');
  const reserveBytes = config.recordingReserveBytes;
  const voicemail = createVoicemail({ ...house, changed, messaging, callLog, folder, recorded, reserveBytes });
  const menus = createIvr({
    telephony,
    voicemail,
    callLog,
    callbacks,
    speech,
    catalogue,
    clock,
    logger,
    flowFolders: flowFoldersOf(config.home),
    tenant: (id) => ({ id, timeZone, ...tenantOf(id) }),
  });
  const exchangeStartedAt = () => telephony.exchangeStartedAt;
  const registered = createPhoneStates(asterisk, clock);
  const parts = {
    ...house,
    registered,
    metrics,
    withDemo,
    callLog,
    screens,
    telephony,
    parties: telephony.parties,
    menus,
    exchangeStartedAt,
    speech,
    messaging,
    alarmEmail: config.alarmEmail,
    recorder: telephony.recorder,
    files: createRecordingFiles(join(config.home, 'recordings'), speechPrograms(config.cache).sox),
    reserveBytes,
    archive: config.recordingArchive && createObjectStore(config.recordingArchive),
    erpOf: (id: number) => erps.gatewayFor(id),
    publish: (wanted: Provisioned) => provisioner.push(wanted),
  };
  const keeper = keepTenants(
    tenants,
    () => readTenants(db),
    (id, listed) => openTenant(parts, id, listed),
  );
  const tenantList = createTenants({
    db,
    clock,
    make: (tenant) => makeAdministeredTenant({ db, clock, ids }, tenant),
    changed: () => keeper.refresh(),
  });
  await keeper.refresh();

  const health = probeHealth({ db, telephony, tenants });
  const openInvoice = async (token: string) => {
    const found = await invoiceLinks.invoiceOf(token);
    return found === undefined ? undefined : boletoPdf({ db, paintBoleto }, found.tenantId, found.invoiceId);
  };
  const officeOf = createBackOffices({
    provider: { db, pool, clock },
    erpOf: embeddedErp,
    messaging,
    push: messaging.push,
    paintBoleto,
    invoiceLinks,
    schedulePromiseEnd,
  });
  const reports = createReports({ database, clock, timeZone });
  /** Took a third of a second where callers waited for a restart: it is not done before they are served. */
  const serveHttp = async () => {
    const http = await createHttpApp({
      access,
      instances,
      gate,
      callLog,
      openInvoice,
      deadLetters: messaging.deadLetters,
      push: messaging.push,
      officeOf,
      extensions,
      groups: createGroups({ db, changed }),
      phonesOf: (id, extension) => registrations.phonesOf(extension, tenantOf(id).exchange.domain),
      tenants: tenantList,
      trunks,
      callRoutes: createCallRoutes({ db, changed, hasFlow: (name) => menus.hasFlow(name) }),
      version: product.version,
      health,
      metrics,
      metricsOpen: config.metricsOpen,
      trustedProxies: config.trustedProxies,
      logger,
    });
    const served = {
      gate,
      ids,
      officeOf,
      isDatabaseTrouble: (error: unknown) => databaseTrouble(error) !== undefined,
      version: product.version,
    };
    await serveLive(http, { db, access, gate, feed, screens, logger, metrics });
    await http.register(sgpServer, served);
    await http.register(hubsoftServer, { ...served, clock, snapshotFolder: join(config.home, 'snapshots') });
    const openingHours = createOpeningHours({ db, clock, changed });
    const hasFlow = (name: string) => menus.hasFlow(name);
    const music = createHouseMusic(config, asterisk);
    const queues = createQueues({ db, exchangeOf: (id) => tenantOf(id).exchange, hasFlow, music, changed });
    const spending = createSpendingLimits({ db, clock, changed: (id) => tenantOf(id).spending.refresh() });
    const own = { gate, clock, openingHours, queues, spending, blocks: door.blocks, voicemail, tenantOf };
    await serveTelephoneApi(http, { ...own, iceServers: config.iceServers });
    await http.register(async (api) => reportRoutes(api.withTypeProvider(), gate, reports), { prefix: '/api' });
    await http.register(intelbrasServer, {
      version: product.version,
      gate,
      instances,
      clock,
      exchangeOf: (id) => {
        const tenant = tenants.get(id);
        if (tenant === undefined) return undefined;
        const phones = () => registered(tenant.exchange.domain);
        return { ...tenant, timeZone, callLog, tenants: tenantList, registered: phones };
      },
    });
    return http;
  };
  let http: Awaited<ReturnType<typeof serveHttp>> | undefined;
  let https: { close(): void } | undefined;
  let jobs: Runner | undefined;
  let notices: readonly Notices[] = [];
  const unread = (error: unknown) => logger.warn({ err: error }, 'changes could not be read again');
  const numbersChanged = (text?: string) => {
    const changedOnes = text === undefined ? [...tenants.values()] : [tenants.get(Number(text)) ?? []].flat();
    for (const { exchange, recordings, queues: floor, spending: guards } of changedOnes) {
      floor.reload().catch(unread);
      guards.refresh().catch(unread);
      exchange.refresh().catch(unread);
      recordings.rules.refresh().catch(unread);
    }
  };
  const tenantsChanged = () => void keeper.refresh().catch(unread);

  return {
    async start() {
      await Promise.all([
        provisioner.reconcile([...tenants.values()].map(({ exchange }) => exchange.provisioned())),
        telephony.start(createCallDispatch({ tenants, callLog, clock, logger, exchangeStartedAt })),
      ]);
      door.start();
      jobs = await startJobs(pool, logger, {
        ...ispTasks(async () => [...tenants.keys()].map(provider), logger),
        ...erpTasks(erps),
        ...messaging.tasks,
        ...recordingTasks(() => [...tenants.values()].map(({ recordings }) => recordings), logger),
        ...reportTasks(reports, logger),
        ...screenTasks({ db, screens, clock, logger }),
        ...voicemailTasks(voicemail.messages),
      });
      messaging.start();
      feed.start();
      void voicemail.messages.upkeep();
      notices = [
        listenTo(databaseUrl, 'exchange_changed', numbersChanged, { clock, logger }),
        listenTo(databaseUrl, 'tenant_changed', tenantsChanged, { clock, logger }),
      ];
      http = await serveHttp();
      await http.listen({ host: config.bind, port: config.httpPort });
      https = await listenHttps({ config, http, asterisk, clock, logger, metrics });
    },
    async stop() {
      await telephony.stop();
      await door.stop();
      for (const { spending: guards } of tenants.values()) guards.stop();
      await Promise.all(notices.map((one) => one.close()));
      // The log first: a slow mail server, job or browser would take the time that is left of it.
      for (const { id, tenantId: of } of await callLog.openCalls()) {
        const at = clock.now();
        callLog.close(id, { reason: 'stopped', at });
        tenants.get(of)?.ended(id, 'stopped', at);
      }
      await callLog.flush();
      await Promise.allSettled([...tenants.values()].map(({ journal }) => journal.stored()));
      https?.close();
      painter.close();
      const ends = await Promise.allSettled([http?.close(), feed.stop(), messaging.stop(), jobs?.stop()]);
      for (const end of ends)
        if (end.status === 'rejected') logger.error({ err: end.reason }, 'a part did not stop well');
      await database.close();
      await lease.release();
    },
  };
}
