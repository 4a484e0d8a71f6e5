import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { emailDocument } from './email-document.ts';
import { type Delivery, delivered, failed, type OutgoingEmail, type OutgoingSms, type Transport } from './transport.ts';

/** E-mail as `.eml` files in a folder, which any mail program opens; a message tried twice is one file. */
export function emailFiles(folder: string, from: string): Transport<OutgoingEmail> {
  const writer = createTransport({ streamTransport: true, buffer: true });
  return {
    send: (message) =>
      write(folder, `${nameOf(message)}.eml`, async () => {
        const { message: document } = await writer.sendMail(emailDocument(message, from));
        return document as Buffer;
      }),
    close: () => writer.close(),
  };
}

/** SMS as `.sms.json` files in a folder. */
export function smsFiles(folder: string): Transport<OutgoingSms> {
  return {
    send: (message) =>
      write(folder, `${nameOf(message)}.sms.json`, async () => {
        const { to, text, createdAt } = message;
        return Buffer.from(`${JSON.stringify({ to, text, createdAt }, undefined, 2)}\n`);
      }),
    close: () => undefined,
  };
}

/** Names sort by time. */
function nameOf({ createdAt, reference }: { readonly createdAt: Date; readonly reference: string }): string {
  return `${createdAt.toISOString().replaceAll(':', '')}-${reference}`;
}

async function write(folder: string, name: string, document: () => Promise<Buffer>): Promise<Delivery> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = join(folder, `.${name}`);
    await writeFile(unfinished, await document(), { mode: 0o600 });
    await rename(unfinished, join(folder, name));
    return delivered;
  } catch (error) {
    return failed(error);
  }
}
