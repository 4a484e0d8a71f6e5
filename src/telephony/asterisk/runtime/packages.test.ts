import { expect, test } from 'vitest';
import { compareVersions, downloadArguments, downloadPercent, renderAptConf, renderSources } from './packages.ts';

const place = { folder: '/cache/d', suite: 'forky', keyring: '/k.gpg', debianArch: 'amd64' } as const;

test('only signed packages of Debian are taken, and the machine keeps its own apt folders', () => {
  const conf = renderAptConf(place);
  expect(renderSources(place)).toContain('Signed-By: /k.gpg\n');
  expect(conf).toContain('APT::Get::AllowUnauthenticated "false";');
  expect(conf).toContain('Acquire::AllowInsecureRepositories "false";');
  const folders = [...conf.matchAll(/^Dir::(?:State|Cache|Log)\S* "([^"]+)";$/gm)].map(([, path]) => path);
  expect(folders.length).toBeGreaterThanOrEqual(5);
  expect(folders.every((path) => path?.startsWith('/cache/d/'))).toBe(true);
});

test('hooks that the machine runs around its own updates are not run for ours', () => {
  expect(renderAptConf(place)).toContain('#clear APT::Update::Post-Invoke;');
});

test('a cache folder whose name would end the setting is refused', () => {
  expect(() => renderAptConf({ ...place, folder: '/a"; APT::Get::AllowUnauthenticated "true' })).toThrow(/quotes/);
});

test('packages are downloaded, never installed', () => {
  const args = downloadArguments('/c', ['asterisk']);
  expect(args).toContain('--download-only');
  expect(args.slice(-2)).toEqual(['install', 'asterisk']);
});

test('the progress of a download is read from apt', () => {
  expect(downloadPercent('dlstatus:3:41.5:Retrieving file 3 of 194')).toBe(41.5);
  expect(downloadPercent('pmstatus:x:10:Installing')).toBeUndefined();
  expect(downloadPercent('')).toBeUndefined();
});

test.each([
  ['1:22.10.1+dfsg+~cs6.17.60671434-1', '22.10.1', 0],
  ['22.9.0', '22.10.1', -1],
  ['22.10', '22.10.1', -1],
  ['23.0.0~rc1', '22.10.1', 1],
  ['(none)', '22.10.1', -1],
])('of Asterisk, %s against %s is %i', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
