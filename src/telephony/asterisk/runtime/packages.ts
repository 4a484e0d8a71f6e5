/** What is fetched from Debian, and from where. Pure: the fetching is in `fetch-runtime.ts`. */

/** `telephony`: what calls need. `test`: what places calls, reads codes, speaks RADIUS, relays (TURN) and runs others' programs in tests. */
export type RuntimeSet = 'telephony' | 'test';

/** Earlier 22.x have holes in ARI (architecture.md, "Parts we do not write"). */
export const minimumAsterisk = '22.10.1';

/** Packages of each set; every set brings all of its libraries, down to its own C library. */
export const packagesOf: Readonly<Record<RuntimeSet, readonly string[]>> = {
  telephony: ['asterisk', 'rhvoice', 'rhvoice-brazilian-portuguese', 'sox'],
  test: [
    'sip-tester',
    'baresip-core',
    'zbar-tools',
    'poppler-utils',
    'freeradius',
    'freeradius-postgresql',
    'freeradius-utils',
    'php-cli',
    'php-curl',
    'coturn',
  ],
};

/** Debian releases that carry a new enough Asterisk, tried in this order. */
export const suites = ['forky', 'sid'] as const;

export type Suite = (typeof suites)[number];

/** Debian's name for this machine's processor, and the folder its libraries are in. */
export interface Architecture {
  readonly debian: 'amd64' | 'arm64';
  readonly triplet: string;
  readonly loader: string;
}

/** @param nodeArch as `process.arch` says it; undefined when Debian's packages would not run here. */
export function architectureFor(nodeArch: string): Architecture | undefined {
  if (nodeArch === 'x64') return { debian: 'amd64', triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' };
  if (nodeArch === 'arm64') return { debian: 'arm64', triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' };
  return undefined;
}

/** Folders and facts apt's settings are made of; paths are absolute. */
export interface AptPlace {
  readonly folder: string;
  readonly suite: Suite;
  readonly keyring: string;
  readonly debianArch: Architecture['debian'];
}

/** The deb822 source apt reads: one suite, signatures checked against Debian's keyring. */
export function renderSources(place: AptPlace): string {
  return [
    'Types: deb',
    'URIs: http://deb.debian.org/debian',
    `Suites: ${place.suite}`,
    'Components: main contrib non-free',
    `Signed-By: ${place.keyring}`,
    '',
  ].join('\n');
}

/**
 * apt's settings, read after the machine's own (`apt-get -c`): proxies of the machine stay, while its sources, pins,
 * package list and hooks are put out of reach, so that no root is needed and nothing of the machine changes.
 */
export function renderAptConf(place: AptPlace): string {
  const { folder } = place;
  const settings: readonly [string, string][] = [
    ['Dir::State', `${folder}/state`],
    ['Dir::State::status', `${folder}/status`],
    ['Dir::State::lists', `${folder}/state/lists`],
    ['Dir::Cache', `${folder}/cache`],
    ['Dir::Cache::archives', `${folder}/cache/archives`],
    ['Dir::Cache::pkgcache', ''],
    ['Dir::Cache::srcpkgcache', ''],
    ['Dir::Log', `${folder}/log`],
    ['Dir::Etc::sourcelist', `${folder}/debian.sources`],
    ['Dir::Etc::sourceparts', '/nonexistent'],
    ['Dir::Etc::preferences', '/nonexistent'],
    ['Dir::Etc::preferencesparts', '/nonexistent'],
    ['APT::Architecture', place.debianArch],
    ['APT::Install-Recommends', 'false'],
    ['APT::Install-Suggests', 'false'],
    ['APT::Sandbox::User', ''],
    ['APT::Default-Release', ''],
    ['Acquire::Languages', 'none'],
    ['Acquire::Check-Valid-Until', 'false'],
    ['Acquire::Retries', '3'],
    ['Acquire::http::Timeout', '20'],
    ['APT::Update::Error-Mode', 'any'],
    ['Acquire::AllowInsecureRepositories', 'false'],
    ['APT::Get::AllowUnauthenticated', 'false'],
    ['Debug::NoLocking', '1'],
  ];
  const cleared = [
    'APT::Architectures',
    'APT::Update::Pre-Invoke',
    'APT::Update::Post-Invoke',
    'APT::Update::Post-Invoke-Success',
    'DPkg::Pre-Invoke',
    'DPkg::Pre-Install-Pkgs',
    'DPkg::Post-Invoke',
  ];
  return [
    ...cleared.map((name) => `#clear ${name};`),
    ...settings.map(([name, value]) => `${name} ${quoted(value)};`),
    `APT::Architectures { ${quoted(place.debianArch)}; };`,
    '',
  ].join('\n');
}

/** apt.conf(5) has no escape inside quotes: what would end the value cannot be in it. */
function quoted(value: string): string {
  if (/["\n\r]/.test(value)) throw new Error(`apt cannot use a path with quotes or line ends: ${value}`);
  return `"${value}"`;
}

/** @param packages of one set; @returns arguments after `apt-get` that download them and all they need. */
export function downloadArguments(confFile: string, packages: readonly string[]): string[] {
  return ['-c', confFile, '-o', 'APT::Status-Fd=3', '-y', '-q', '--download-only', 'install', ...packages];
}

/** Per cent done, when the line of apt's status descriptor tells it (`dlstatus:<n>:<percent>:<text>`). */
export function downloadPercent(line: string): number | undefined {
  const [kind, , percent] = line.split(':');
  if (kind !== 'dlstatus' || percent === undefined) return undefined;
  const value = Number(percent);
  return Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : undefined;
}

/** Negative when `a` is older than `b`. Compares the dotted numbers a version starts with, after any epoch (`1:`). */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  const dotted = /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version.trim())?.[1];
  return dotted === undefined ? [] : dotted.split('.').map(Number);
}
