import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'src');

/** What may be imported of a room by any other: its use cases and shapes, never its SQL or its wiring. */
const face = /\/(?:service|schemas)\.ts$/;
const rooms = [
  'isp',
  'exchange',
  'access',
  'messaging',
  'calls',
  'queues',
  'agents',
  'dialer',
  'ivr',
  'reports',
  'console-api',
  'live',
  'screen-pop',
  'voicemail',
];
const ports = ['telephony', 'erp'];

/** Room → whether it may import a file, by the file's path below `src/`. The table of `docs/architecture.md`. */
const mayImport: Record<string, (path: string) => boolean> = {
  kernel: () => false,
  storage: (path) => path.startsWith('kernel/'),
  telephony: (path) => path.startsWith('kernel/'),
  erp: (path) => path.startsWith('kernel/') || path.startsWith('storage/'),
  'telephony/asterisk': (path) =>
    path.startsWith('kernel/') ||
    path === 'exchange/schemas.ts' ||
    (path.startsWith('telephony/') && !path.startsWith('telephony/asterisk/')),
  vendors: (path) => path.startsWith('kernel/') || path.startsWith('erp/') || face.test(path),
  ...Object.fromEntries(
    rooms.map((room) => [
      room,
      (path: string) =>
        path.startsWith('kernel/') ||
        path.startsWith('storage/') ||
        (ports.includes(path.split('/')[0] ?? '') && !path.startsWith('telephony/asterisk/')) ||
        face.test(path),
    ]),
  ),
  // The places where everything is put together.
  cli: () => true,
  '.': () => true,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map((match) => match[1] ?? '');
  return specifiers.map((to) => ({ from: file, to: relative(source, join(source, dirname(file), to)) }));
}

function roomOf(path: string): string {
  if (path.startsWith('telephony/asterisk/')) return 'telephony/asterisk';
  return path.includes('/') ? (path.split('/')[0] ?? '') : '.';
}

function allowed({ from, to }: Import): boolean {
  const room = roomOf(from);
  // Tests may use the helpers, and the real thing of another room.
  if (from.endsWith('.test.ts') || from.endsWith('contract-suite.ts')) return true;
  if (to.startsWith('..')) return (room === '.' || room === 'cli') && to === '../package.json';
  return roomOf(to) === room || (mayImport[room]?.(to) ?? false);
}

test('no room imports what the table of rooms does not allow', () => {
  const forbidden = sourceFiles()
    .filter((file) => !file.endsWith('.generated.ts'))
    .flatMap(importsOf)
    .filter((each) => !allowed(each));
  expect(forbidden).toEqual([]);
});

test('the check saw the files, and would notice a forbidden import', () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(40);
  expect(files.flatMap(importsOf).length).toBeGreaterThan(100);
  expect(new Set(files.map(roomOf)).difference(new Set(Object.keys(mayImport)))).toEqual(new Set());
  expect(allowed({ from: 'kernel/clock.ts', to: 'storage/database.ts' })).toBe(false);
  expect(allowed({ from: 'ivr/engine.ts', to: 'telephony/asterisk/ari.ts' })).toBe(false);
  expect(allowed({ from: 'ivr/engine.ts', to: 'calls/store.ts' })).toBe(false);
  expect(allowed({ from: 'ivr/engine.ts', to: 'calls/service.ts' })).toBe(true);
});

test("no vendor's name stands outside its room", () => {
  const named = sourceFiles()
    .filter((file) => !file.startsWith('vendors/') && !file.endsWith('.generated.ts') && !file.endsWith('.test.ts'))
    .filter((file) => !/^(config|app\.ts|access\/|cli\/)/.test(file))
    .filter((file) => /hubsoft|intelbras|\bsgp\b/i.test(readFileSync(join(source, file), 'utf8')));
  expect(named).toEqual([]);
});

test('files stay small enough to be read', () => {
  const lengths = sourceFiles()
    .filter((file) => !file.endsWith('.generated.ts'))
    .map((file) => ({ file, lines: readFileSync(join(source, file), 'utf8').split('\n').length }));
  expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
  const sorted = lengths.map(({ lines }) => lines).toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
});
