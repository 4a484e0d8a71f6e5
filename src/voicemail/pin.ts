import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const keyBytes = 32;

/** A PIN as it is stored. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${(await derive(pin, salt, keyBytes)).toString('base64url')}`;
}

/** Whether a PIN is the one that was stored. */
export async function isPin(pin: string, stored: string): Promise<boolean> {
  const [salt = '', key = ''] = stored.split('.');
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(pin, Buffer.from(salt, 'base64url'), keyBytes);
  return expected.length === keyBytes && timingSafeEqual(found, expected);
}
