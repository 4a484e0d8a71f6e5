import type { SendMailOptions } from 'nodemailer';
import type { OutgoingEmail } from './transport.ts';

/** The message as nodemailer writes it. The address is given as an object, so that it is never parsed as a list. */
export function emailDocument(message: OutgoingEmail, from: string): SendMailOptions {
  return {
    from,
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    ...(message.html === undefined ? {} : { html: message.html }),
    attachments: message.attachments.map((file) => ({ ...file })),
    date: message.createdAt,
    // The same at each attempt: servers and mailboxes recognise a repetition by it.
    messageId: `<${message.reference}.${message.createdAt.getTime()}@uirapuru.invalid>`,
    // Addresses and files come from data: neither may name a file or a URL to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
