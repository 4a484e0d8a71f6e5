import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestSystem } from '../helpers/system.ts';

/** Waits until a message of the outbox holds this text; gives the message. */
export async function messageWith(system: TestSystem, ending: string, text: string): Promise<string> {
  const folder = join(system.home, 'outbox');
  const search = () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    const messages = names.map((name) => plain(readFileSync(join(folder, name), 'utf8')));
    return messages.find((message) => message.includes(text));
  };
  await expect.poll(search, { timeout: 10_000 }).toBeDefined();
  return search() ?? '';
}

/** An e-mail's quoted-printable text (RFC 2045 section 6.7), or a JSON text, as a person reads it. */
function plain(message: string): string {
  if (message.startsWith('{')) return (JSON.parse(message) as { to: string; text: string }).text;
  const bytes = message.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
  return bytes.replaceAll(/(?:%[0-9A-F]{2})+/g, (escaped) => decodeURIComponent(escaped));
}
