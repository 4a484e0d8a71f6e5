import { join } from 'node:path';
import { type Architecture, architectureFor } from './packages.ts';

/** A folder of unpacked Debian packages, whose programs run on any Linux through their own loader and libraries. */
export interface RuntimeRoot {
  readonly path: string;
  readonly architecture: Architecture;
}

/** Programs we run, and the package file each is. */
const programs = {
  asterisk: 'usr/sbin/asterisk',
  rhvoice: 'usr/bin/RHVoice-test',
  sox: 'usr/bin/sox_ng',
  sipp: 'usr/bin/sipp',
  baresip: 'usr/bin/baresip',
  zbarimg: 'usr/bin/zbarimg',
  pdftoppm: 'usr/bin/pdftoppm',
  pdftotext: 'usr/bin/pdftotext',
  pdfinfo: 'usr/bin/pdfinfo',
  freeradius: 'usr/sbin/freeradius',
  radclient: 'usr/bin/radclient',
  php: 'usr/bin/php.default',
  turnserver: 'usr/bin/turnserver',
} as const;

export type RuntimeProgram = keyof typeof programs;

/** What `child_process.spawn` takes. `env` is complete: it already holds what the program needs of ours. */
export interface RuntimeCommand {
  readonly file: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/**
 * How to run a program of the root. The library path goes to the loader and not into the environment, so that a
 * program of the machine started by it keeps the machine's libraries.
 */
export function runtimeCommand(root: RuntimeRoot, program: RuntimeProgram, args: readonly string[]): RuntimeCommand {
  const libraries = libraryFolder(root);
  return {
    file: join(libraries, root.architecture.loader),
    args: [
      '--library-path',
      [libraries, join(libraries, 'pulseaudio'), join(root.path, 'usr/lib/freeradius')].join(':'),
      '--argv0',
      program,
      join(root.path, programs[program]),
      ...args,
    ],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: process.env['HOME'] ?? '/',
      LANG: 'C.UTF-8',
      // The machine's character converters, OpenSSL settings and time zones are of other versions, or missing.
      GCONV_PATH: join(libraries, 'gconv'),
      OPENSSL_CONF: '/dev/null',
      OPENSSL_MODULES: join(libraries, 'ossl-modules'),
      TZDIR: join(root.path, 'usr/share/zoneinfo'),
      // By which zbarimg reads pictures.
      MAGICK_CODER_MODULE_PATH: join(libraries, 'ImageMagick-7.1.2/modules-Q16/coders'),
      MAGICK_CONFIGURE_PATH: join(root.path, 'etc/ImageMagick-7'),
      RHVOICE_DATA_PATH: join(root.path, 'usr/share/RHVoice'),
      RHVOICE_CONFIG_PATH: join(root.path, 'etc/RHVoice'),
    },
  };
}

/** Where the root's libraries are. */
export function libraryFolder(root: RuntimeRoot): string {
  return join(root.path, 'usr/lib', root.architecture.triplet);
}

/** The root at `path` for this machine's processor; undefined where Debian's packages would not run. */
export function rootAt(path: string): RuntimeRoot | undefined {
  const architecture = architectureFor(process.arch);
  return architecture === undefined || process.platform !== 'linux' ? undefined : { path, architecture };
}
