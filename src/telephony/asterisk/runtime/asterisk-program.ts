import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../kernel/errors.ts';
import { runQuietly } from './apt.ts';
import { ensureRuntime, type Progress } from './fetch-runtime.ts';
import { compareVersions, minimumAsterisk } from './packages.ts';
import { libraryFolder, type RuntimeCommand, runtimeCommand } from './runtime-root.ts';

/** An Asterisk that can be started: how, and where its modules and XML documentation are. */
export interface AsteriskProgram {
  command(args: readonly string[]): RuntimeCommand;
  readonly modules: string;
  readonly documentation: string;
}

/**
 * The Asterisk to run: the machine's own where `UIRAPURU_ASTERISK` names it, otherwise the fetched one.
 * @throws AppError `missing_part` when it cannot be had; `invalid_configuration` when the named one will not do.
 */
export async function findAsterisk(
  config: { readonly cache: string; readonly asteriskProgram?: string | undefined },
  progress: Progress,
): Promise<AsteriskProgram> {
  if (config.asteriskProgram !== undefined) return await asteriskOfTheMachine(config.asteriskProgram);
  const root = await ensureRuntime(config, 'telephony', progress);
  return {
    command: (args) => runtimeCommand(root, 'asterisk', args),
    modules: join(libraryFolder(root), 'asterisk/modules'),
    documentation: join(root.path, 'usr/share/asterisk/documentation'),
  };
}

/**
 * An Asterisk installed on the machine.
 * @throws AppError `invalid_configuration` when it cannot be run, is too old, or its modules are not found
 */
export async function asteriskOfTheMachine(path: string): Promise<AsteriskProgram & { readonly version: string }> {
  const version = await runQuietly(path, ['-V']).catch((error: unknown) => {
    throw unusable(path, `cannot be run (${(error as Error).message})`);
  });
  if (compareVersions(version.replace(/^Asterisk /, ''), minimumAsterisk) < 0) {
    throw unusable(path, `is ${version.trim()}, and ${minimumAsterisk} or later is needed`);
  }
  const prefix = dirname(dirname(path));
  const modules = [
    `lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/asterisk/modules`,
    'lib/asterisk/modules',
    'lib64/asterisk/modules',
  ]
    .map((folder) => join(prefix, folder))
    .find((folder) => existsSync(join(folder, 'res_ari.so')));
  const documentation = [
    join(prefix, 'share/asterisk/documentation'),
    '/var/lib/asterisk/documentation',
    '/usr/share/asterisk/documentation',
  ].find((folder) => existsSync(join(folder, 'core-en_US.xml')));
  if (modules === undefined) throw unusable(path, `has no module res_ari.so below ${prefix}`);
  if (documentation === undefined) throw unusable(path, 'lacks its XML documentation (core-en_US.xml)');
  return {
    version: version.trim(),
    command: (args) => ({ file: path, args: [...args], env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' } }),
    modules,
    documentation,
  };
}

function unusable(path: string, why: string): AppError {
  return new AppError(
    'invalid_configuration',
    `UIRAPURU_ASTERISK is ${path}, which ${why}. Unset it to have one fetched.`,
    {
      path,
    },
  );
}
