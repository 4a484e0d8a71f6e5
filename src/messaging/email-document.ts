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
    messageId: `<${message.reference}.${message.createdAt.getTime()}@${senderDomain(from)}>`,
    // No holiday notice answers it (RFC 3834 section 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    // Addresses and files come from data: neither may name a file or a URL to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Mail servers trust a Message-ID under the sender's own domain more than one that is nobody's. */
function senderDomain(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}
