interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface OptionalPart {
  readonly version: string;
  readonly optional: true;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** The entries that a lockfile lacks: optional dependencies of its packages that it does not name. Pure. */
export function missingParts({ packages }: Lockfile): Record<string, OptionalPart> {
  const missing: Record<string, OptionalPart> = {};
  for (const { optionalDependencies = {} } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const place = `node_modules/${name}`;
      if (packages[place] === undefined && /^\d/.test(version))
        missing[place] = { version, optional: true, ...platform(name) };
    }
  }
  return missing;
}

/** Where a part belongs, as its name says: `@biomejs/cli-darwin-arm64`, `@oxlint/binding-linux-x64-musl`. */
function platform(name: string): Pick<OptionalPart, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/.]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.some((word) => word.startsWith(processor)));
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : [];
  return {
    ...(os.length > 0 && { os }),
    ...(cpu.length > 0 && { cpu: cpu.slice(0, 1) }),
    ...(libc.length > 0 && { libc }),
  };
}
