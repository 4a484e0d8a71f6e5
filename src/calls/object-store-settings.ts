import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import type { ObjectStoreSettings } from './object-store.ts';

const text = z.string().trim().min(1);

/** The environment variables of the object store. */
export const objectStoreEnvironment = {
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://s3.sa-east-1.amazonaws.com' })
    .optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  S3_REGION: text.default('us-east-1'),
  S3_ACCESS_KEY: text.optional(),
  S3_SECRET_KEY: text.optional(),
  S3_PATH_STYLE: z.enum(['0', '1']).default('1'),
};

const environment = z.object(objectStoreEnvironment);

/** @throws AppError `invalid_configuration` when only a part of it is set */
export function objectStoreOf(e: z.infer<typeof environment>): ObjectStoreSettings | undefined {
  const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY } = e;
  const needed = { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY };
  const missing = Object.entries(needed).flatMap(([name, set]) => (set === undefined ? [name] : []));
  if (
    S3_ENDPOINT === undefined ||
    S3_BUCKET === undefined ||
    S3_ACCESS_KEY === undefined ||
    S3_SECRET_KEY === undefined
  ) {
    if (missing.length === Object.keys(needed).length) return undefined;
    throw new AppError(
      'invalid_configuration',
      `Recordings are to go to S3: ${missing.join(' and ')} must be set too.`,
    );
  }
  return {
    endpoint: S3_ENDPOINT.replace(/\/+$/, ''),
    bucket: S3_BUCKET,
    region: e.S3_REGION,
    accessKey: S3_ACCESS_KEY,
    secretKey: S3_SECRET_KEY,
    pathStyle: e.S3_PATH_STYLE === '1',
  };
}
