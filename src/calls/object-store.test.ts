import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { type RecordedTalks, type RecordingParts, recordedTalks } from '../../test/helpers/recorded-talks.ts';
import { readConfig } from '../config.ts';
import { createObjectStore, type ObjectStore } from './object-store.ts';

const database = await testDatabase();
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await database.close();
});

const bucket = 'gravacoes';
const settings = { bucket, region: 'sa-east-1', accessKey: 'S3RVER', secretKey: 'S3RVER', pathStyle: true };

/** A server of S3's protocol that keeps its objects in a folder. */
async function s3(port = 0, directory = mkdtempSync(join(tmpdir(), 'uira-s3-'))) {
  const server = new S3rver({
    port,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const address = await server.run();
  closing.push(() => server.close().catch(() => undefined));
  const archive = createObjectStore({ ...settings, endpoint: `http://127.0.0.1:${address.port}` });
  return { server, directory, port: address.port, archive };
}

/** A service that answers as it likes. */
async function service(listener: RequestListener): Promise<ObjectStore> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return createObjectStore({ ...settings, endpoint: `http://127.0.0.1:${port}` }, 300);
}

/** @param asked whether somebody has asked for the GSM, and so it is made */
async function stored(talks: RecordedTalks, parts: RecordingParts, asked = true) {
  const callId = talks.talk(parts);
  const row = await talks.settled(callId);
  if (asked) (await parts.recordings.open(row.name, 'gsm'))?.stream.destroy();
  const paths = ['wav', 'gsm'].map((kind) => join(parts.folder, String(talks.tenantId), `${row.name}.${kind}`));
  const key = `${talks.tenantId}/${row.name}`;
  return { callId, key, name: row.name, sha256: row.sha256, paths };
}

async function bytesOf(archive: ObjectStore, key: string): Promise<Buffer | undefined> {
  const found = await archive.get(key);
  return found === undefined ? undefined : buffer(found.stream);
}

test('what is recorded is in the bucket and not at home any more, and is heard from there', async () => {
  const { archive } = await s3();
  const talks = await recordedTalks(database);
  const parts = await talks.recordingsWith({ archive });
  const { callId, key, name, sha256, paths } = await stored(talks, parts);
  const [wav, gsm] = paths.map((path) => readFileSync(path));
  expect(await parts.recordings.archive()).toBe(1);
  expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
  expect(await bytesOf(archive, `${key}.wav`)).toEqual(wav);
  const heard = await parts.recordings.open(name, 'gsm');
  expect(heard?.bytes).toBe(gsm?.length);
  expect(heard && (await buffer(heard.stream))).toEqual(gsm);
  const again = await parts.recordings.open(name, 'wav');
  expect(
    again &&
      createHash('sha256')
        .update(await buffer(again.stream))
        .digest('hex'),
  ).toBe(sha256);
  expect((await parts.recordings.list(callId))[0]?.archivedAt).not.toBeNull();
  const { recordings: unset } = await talks.recordingsWith();
  await expect(unset.open(name, 'gsm')).rejects.toThrow(/no setting names/);
  expect(await parts.recordings.archive()).toBe(0);
  expect(await parts.metrics.metrics()).toMatch(/uirapuru_recordings_not_archived\{tenant="\d+"\} 0/);
});

test('days and holds count in the bucket too', async () => {
  const { archive } = await s3();
  const talks = await recordedTalks(database);
  const parts = await talks.recordingsWith({ archive });
  const [kept, old] = [await stored(talks, parts), await stored(talks, parts)];
  await parts.recordings.archive();
  await parts.recordings.hold(kept.callId, true);
  const longAgo = new Date(Date.now() - 91 * 86_400_000);
  await database.db
    .updateTable('recording')
    .set({ ended_at: longAgo })
    .where('call_id', 'in', [kept.callId, old.callId])
    .execute();
  expect(await parts.recordings.forgetOld()).toBe(1);
  expect(await bytesOf(archive, `${old.key}.wav`)).toBeUndefined();
  expect(await bytesOf(archive, `${old.key}.gsm`)).toBeUndefined();
  expect(await bytesOf(archive, `${kept.key}.wav`)).toBeDefined();
  expect(await parts.recordings.open(old.name, 'gsm')).toBeUndefined();
});

test('while the service is down recordings stay at home and are heard, with an alarm, and go there when it is back', async () => {
  const down = await s3();
  await down.server.close();
  const talks = await recordedTalks(database);
  const parts = await talks.recordingsWith({ archive: down.archive });
  const { name, paths } = await stored(talks, parts);
  expect(await parts.recordings.archive()).toBe(0);
  expect(paths.map((path) => existsSync(path))).toEqual([true, true]);
  expect((await parts.recordings.open(name, 'gsm'))?.bytes).toBe(readFileSync(paths[1] ?? '').length);
  const told = await parts.metrics.metrics();
  expect(told).toContain('uirapuru_recording_uploads_failed_total 1');
  expect(told).toMatch(/uirapuru_recordings_not_archived\{tenant="\d+"\} 1/);

  const back = await s3(down.port, down.directory);
  expect(await parts.recordings.archive()).toBe(1);
  expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
  await back.server.close();
  await expect(parts.recordings.open(name, 'gsm')).rejects.toMatchObject({ code: 'storage_unavailable' });
});

test.for([
  ['never answers', () => undefined],
  ['refuses us', (_request, response) => response.writeHead(403).end('<Code>SignatureDoesNotMatch</Code>')],
  ['has no such bucket', (_request, response) => response.writeHead(404).end('<Code>NoSuchBucket</Code>')],
  ['lies about what it stored', (request, response) => response.writeHead(200, { etag: '"0"' }).end(request.method)],
] satisfies [string, RequestListener][])('nothing is lost to a service that %s', async ([, listener]) => {
  const talks = await recordedTalks(database);
  const parts = await talks.recordingsWith({ archive: await service(listener) });
  const { paths } = await stored(talks, parts);
  expect(await parts.recordings.archive()).toBe(0);
  expect(paths.map((path) => existsSync(path))).toEqual([true, true]);
  expect(await parts.metrics.metrics()).toContain('uirapuru_recording_uploads_failed_total 1');
});

test('a file that is not what was stored goes nowhere, and those after it go on', async () => {
  const { archive } = await s3();
  const talks = await recordedTalks(database);
  const parts = await talks.recordingsWith({ archive });
  const [spoilt, whole] = [await stored(talks, parts), await stored(talks, parts, false)];
  writeFileSync(spoilt.paths[0] ?? '', randomBytes(100));
  expect(await parts.recordings.archive()).toBe(1);
  expect([...spoilt.paths, ...whole.paths].map((path) => existsSync(path))).toEqual([true, true, false, false]);
});

test('a bucket that encrypts with keys of its own tells no MD5: what it has is read again', async () => {
  const kept = new Map<string, Buffer>();
  const archive = await service((request, response) => {
    const key = request.url ?? '';
    const sent: Buffer[] = [];
    request.on('data', (chunk: Buffer) => sent.push(chunk));
    request.on('end', () => {
      if (request.method === 'PUT') kept.set(key, Buffer.concat(sent));
      response.writeHead(200, { etag: '"encrypted"' }).end(request.method === 'GET' ? kept.get(key) : undefined);
    });
  });
  const talks = await recordedTalks(database);
  const parts = await talks.recordingsWith({ archive });
  await stored(talks, parts);
  expect(await parts.recordings.archive()).toBe(1);
});

test('half of the settings is no setting', () => {
  const all = { S3_ENDPOINT: 'https://s3.example/', S3_BUCKET: 'b-1', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 's' };
  expect(readConfig({}).recordingArchive).toBeUndefined();
  expect(readConfig(all).recordingArchive).toMatchObject({ endpoint: 'https://s3.example', pathStyle: true });
  expect(() => readConfig({ ...all, S3_SECRET_KEY: undefined })).toThrow(/S3_SECRET_KEY must be set/);
});
