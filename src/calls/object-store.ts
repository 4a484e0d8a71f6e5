import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsClient } from 'aws4fetch';
import { AppError } from '../kernel/errors.ts';

/** A bucket of a service that speaks S3's protocol. */
export interface ObjectStoreSettings {
  /** Without the bucket and without a slash at its end. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Whether the bucket stands in the path, as all but some of AWS's want it, or before the host. */
  readonly pathStyle: boolean;
}

/** Bytes and how many they are. */
export interface StoredObject {
  readonly stream: Readable;
  readonly bytes: number;
}

/** Files in a bucket, by keys that are paths. Everything rejects with AppError `storage_unavailable`. */
export interface ObjectStore {
  /** Resolves when the service has exactly the bytes of this file, which is read from the disk as it is sent. */
  put(key: string, path: string): Promise<void>;
  /** Undefined when there is none. */
  get(key: string): Promise<StoredObject | undefined>;
  /** One that is not there is no error. */
  remove(key: string): Promise<void>;
}

/** A slow line. */
const slowBytesPerMs = 50;

/**
 * Speaks S3's REST API, signed with Signature Version 4.
 * @param patienceMs until the service answers; for a file so long more as a slow line needs
 */
export function createObjectStore(settings: ObjectStoreSettings, patienceMs = 20_000): ObjectStore {
  const { accessKey: accessKeyId, secretKey: secretAccessKey, region } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const base = bucketUrl(settings);

  async function ask(key: string, init: RequestInit, bytes = 0): Promise<Response> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), patienceMs + Math.ceil(bytes / slowBytesPerMs));
    let response: Response;
    try {
      response = await client.fetch(`${base}/${key}`, { ...init, signal: late.signal });
    } catch (error) {
      throw unavailable('does not answer', {}, error);
    } finally {
      // Of a download the rest takes as long as whoever listens.
      clearTimeout(timer);
    }
    if (response.ok || response.status === 404) return response;
    const said = (await response.text().catch(() => '')).slice(0, 500);
    throw unavailable(`refuses with ${response.status}`, { said });
  }

  async function get(key: string): Promise<StoredObject | undefined> {
    const response = await ask(key, { method: 'GET' });
    if (response.status === 404 || response.body === null) {
      await response.body?.cancel();
      return undefined;
    }
    return { stream: Readable.fromWeb(response.body), bytes: Number(response.headers.get('content-length')) };
  }

  return {
    async put(key, path) {
      const body = await openAsBlob(path);
      const [md5, sha256] = [createHash('md5'), createHash('sha256')];
      for await (const chunk of createReadStream(path)) for (const hash of [md5, sha256]) hash.update(chunk as Buffer);
      const [ofBody, signed] = [md5.digest(), sha256.digest('hex')];
      const headers = { 'content-md5': ofBody.toString('base64'), 'x-amz-content-sha256': signed };
      const response = await ask(key, { method: 'PUT', body, headers }, body.size);
      if (response.status === 404) throw unavailable('has no such bucket', {});
      // The ETag is the MD5 of what was stored, but where a bucket encrypts with keys of its own: there it is read again.
      if (response.headers.get('etag')?.replaceAll('"', '').toLowerCase() === ofBody.toString('hex')) return;
      const back = createHash('sha256');
      const stored = await get(key);
      if (stored !== undefined) await pipeline(stored.stream, back);
      if (back.digest('hex') !== signed) throw unavailable('has other bytes than were sent', { key });
    },
    get,
    async remove(key) {
      const response = await ask(key, { method: 'DELETE' });
      await response.body?.cancel();
    },
  };
}

function bucketUrl({ endpoint, bucket, pathStyle }: ObjectStoreSettings): string {
  if (pathStyle) return `${endpoint}/${bucket}`;
  const { protocol, host, pathname } = new URL(endpoint);
  return `${protocol}//${bucket}.${host}${pathname === '/' ? '' : pathname}`;
}

function unavailable(what: string, details: Record<string, unknown>, cause?: unknown): AppError {
  return new AppError('storage_unavailable', `The object store of the recordings ${what}.`, details, cause);
}
