import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../config.ts';
import { asAppError } from '../kernel/errors.ts';
import { lockHolder } from '../kernel/pid-lock.ts';
import { assertPortFree, type WantedPort } from '../kernel/ports.ts';
import { assertPostgresServes } from '../storage/external-postgres.ts';
import { freeBytes, neededBytes } from '../storage/home-folder.ts';
import { postgresPrograms } from '../storage/postgres-programs.ts';
import { findRunAs } from '../storage/postgres-user.ts';
import { asteriskOfTheMachine } from '../telephony/asterisk/runtime/asterisk-program.ts';
import { assertAriAnswers, externalAri } from '../telephony/asterisk/runtime/external-ari.ts';
import { findRuntime, readManifest } from '../telephony/asterisk/runtime/fetch-runtime.ts';
import { packagesOf, type RuntimeSet } from '../telephony/asterisk/runtime/packages.ts';

/** One line of the doctor's table. `absent`: the next start sees to it by itself. */
export interface Finding {
  readonly what: string;
  readonly state: 'found' | 'absent' | 'missing';
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Bytes of the download, its archives and the unpacked parts together. */
const runtimeBytes = 500 * 1024 * 1024;

/** Node, dependencies, time zone, the ERP's settings. */
export async function lookAtMachine(config: Config): Promise<Finding[]> {
  return [
    { what: 'Node', state: 'found', detail: `${process.version} (from the npm package node)` },
    { what: 'Dependencies', state: 'found', detail: 'as package-lock.json asks' },
    {
      what: 'Time zone',
      state: 'found',
      detail: `${config.timeZone}, where it is now ${new Date().toLocaleString('pt-BR', { timeZone: config.timeZone })}`,
    },
    {
      what: 'ERP',
      state: 'found',
      detail:
        config.sgp === undefined
          ? 'embedded (our own; nothing to set)'
          : `SGP at ${config.sgp.url} (npm run doctor -- erp looks at it)`,
    },
  ];
}

/** The home folder: writable, with room. */
export async function lookAtHome({ home }: Config): Promise<Finding[]> {
  const what = 'Home folder';
  const nearest = nearestFolder(home);
  try {
    await access(nearest, constants.W_OK | constants.X_OK);
  } catch {
    return [
      {
        what,
        state: 'missing',
        detail: `${home} cannot be written to`,
        remedy: 'Change its owner, or set UIRAPURU_HOME to another folder.',
      },
    ];
  }
  const free = await freeBytes(nearest);
  const room = `${megabytes(free)} free`;
  if (free < neededBytes) {
    return [
      {
        what,
        state: 'missing',
        detail: `${home}, ${room}`,
        remedy: `Free ${megabytes(neededBytes)}, or set UIRAPURU_HOME to a folder on another disk.`,
      },
    ];
  }
  const made = existsSync(home);
  return [
    {
      what,
      state: made ? 'found' : 'absent',
      detail: made ? `${home}, ${room}` : `${home} is made by the first start, ${room}`,
    },
  ];
}

/** PostgreSQL: its programs and a user to run them as, or the one of `DATABASE_URL`. */
export async function lookAtDatabase(config: Config): Promise<Finding[]> {
  const what = 'PostgreSQL';
  if (config.databaseUrl !== undefined) return [await lookAtOwnDatabase(config.databaseUrl)];
  try {
    const { postgres } = await postgresPrograms();
    const runAs = await findRunAs([postgres, '--version']);
    const [file, ...args] = [...runAs.prefix, postgres, '--version'];
    const { stdout } = await promisify(execFile)(file, args);
    const how = runAs.name === 'as we are' ? '' : `, not as root (${runAs.name})`;
    return [{ what, state: 'found', detail: `${stdout.trim()}${how}` }];
  } catch (error) {
    return [{ what, state: 'missing', detail: 'cannot run here', remedy: asAppError(error).message }];
  }
}

async function lookAtOwnDatabase(url: string): Promise<Finding> {
  const what = 'PostgreSQL';
  try {
    return { what, state: 'found', detail: `${await assertPostgresServes(url)}, by DATABASE_URL` };
  } catch (error) {
    return { what, state: 'missing', detail: 'DATABASE_URL cannot be used', remedy: asAppError(error).message };
  }
}

/** Asterisk, voice and audio tools; apt where they are still to be fetched. */
export async function lookAtTelephony(config: Config): Promise<Finding[]> {
  const parts = await lookAtParts(config, 'telephony', 'Asterisk, voice');
  if (config.asteriskAriUrl !== undefined) return [await lookAtAri(config.asteriskAriUrl), ...parts];
  if (config.asteriskProgram !== undefined) return [await lookAtProgram(config.asteriskProgram), ...parts];
  const tests = await lookAtParts(config, 'test', 'Test phones');
  return [...parts, ...tests.filter((finding) => finding.state === 'found')];
}

async function lookAtProgram(path: string): Promise<Finding> {
  try {
    const { version } = await asteriskOfTheMachine(path);
    return { what: 'Asterisk', state: 'found', detail: `${version} at ${path}` };
  } catch (error) {
    return {
      what: 'Asterisk',
      state: 'missing',
      detail: 'UIRAPURU_ASTERISK cannot be used',
      remedy: asAppError(error).message,
    };
  }
}

async function lookAtAri(url: string): Promise<Finding> {
  const what = 'Asterisk';
  try {
    const address = externalAri(url);
    return { what, state: 'found', detail: `${await assertAriAnswers(address)} at ${address.ariUrl}` };
  } catch (error) {
    return { what, state: 'missing', detail: 'ASTERISK_ARI_URL cannot be used', remedy: asAppError(error).message };
  }
}

async function lookAtParts(config: Config, set: RuntimeSet, what: string): Promise<Finding[]> {
  const root = findRuntime(config.cache, set);
  if (root !== undefined) {
    const { packages, suite } = await readManifest(root);
    const versions = packagesOf[set].map((name) => {
      const [, version = '?'] = packages.find((found) => found.startsWith(`${name}_`))?.split('_') ?? [];
      return `${name} ${version.replace(/^\d+:/, '').replace(/[+~-].*$/, '')}`;
    });
    return [{ what, state: 'found', detail: `${versions.join(', ')} (Debian ${suite})` }];
  }
  const tools = ['apt-get', 'apt-cache', 'dpkg-deb'].filter((tool) => !onPath(tool));
  if (tools.length > 0) {
    const remedy =
      'Install them, or Asterisk 22.10.1 or later with UIRAPURU_ASTERISK set to it, or set ASTERISK_ARI_URL.';
    return [
      { what, state: 'missing', detail: `not fetched yet, and ${tools.join(', ')} are not here to do it`, remedy },
    ];
  }
  const free = await freeBytes(nearestFolder(config.cache));
  if (free < runtimeBytes) {
    return [
      {
        what,
        state: 'missing',
        detail: `not fetched yet, and ${config.cache} has ${megabytes(free)} free`,
        remedy: `Free ${megabytes(runtimeBytes)}, or set UIRAPURU_CACHE.`,
      },
    ];
  }
  return [{ what, state: 'absent', detail: `fetched by the first start into ${config.cache}` }];
}

/** Every port we listen on; one held by the home's own running system is as it should be. */
export async function lookAtPorts(config: Config): Promise<Finding[]> {
  const web: WantedPort[] = [
    { protocol: 'tcp', address: config.bind, port: config.httpPort, purpose: 'HTTP', setting: 'UIRAPURU_HTTP_PORT' },
    { protocol: 'tcp', address: config.bind, port: config.httpsPort, purpose: 'HTTPS', setting: 'UIRAPURU_HTTPS_PORT' },
  ];
  const phones: WantedPort[] = [
    { protocol: 'udp', address: config.bind, port: config.sipPort, purpose: 'SIP', setting: 'UIRAPURU_SIP_PORT' },
    { protocol: 'tcp', address: config.bind, port: config.sipPort, purpose: 'SIP', setting: 'UIRAPURU_SIP_PORT' },
    {
      protocol: 'tcp',
      address: config.bind,
      port: config.sipTlsPort,
      purpose: 'SIP over TLS',
      setting: 'UIRAPURU_SIP_TLS_PORT',
    },
    { protocol: 'tcp', address: config.bind, port: config.wssPort, purpose: 'WSS', setting: 'UIRAPURU_WSS_PORT' },
  ];
  const ours = lockHolder(join(config.home, 'control-plane.lock')) !== undefined;
  return await Promise.all(
    [...web, ...(config.asteriskAriUrl === undefined ? phones : [])].map(async (port): Promise<Finding> => {
      const what = `Port ${port.purpose} ${port.port}/${port.protocol}`;
      try {
        await assertPortFree(port);
        return { what, state: 'found', detail: 'free' };
      } catch (error) {
        const known = asAppError(error);
        if (ours && known.code === 'port_taken')
          return { what, state: 'found', detail: 'in use by this home, which is running' };
        return {
          what,
          state: 'missing',
          detail: known.code === 'port_taken' ? 'taken' : 'cannot be opened',
          remedy: known.message,
        };
      }
    }),
  );
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MB`;
}
