import { createTransport } from 'nodemailer';
import { certificateAuthority } from './certificate-authority.ts';
import { emailDocument } from './email-document.ts';
import { type Delivery, delivered, failed, type OutgoingEmail, type Transport } from './transport.ts';

/**
 * E-mail by SMTP.
 * @param url `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`; `?ca=<file>` for a server whose
 *   certificate only this authority vouches for
 * @param from the sender, with or without a name
 */
export function smtpTransport(url: string, from: string): Transport<OutgoingEmail> {
  const server = new URL(url);
  const secure = server.protocol === 'smtps:';
  const auth = { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) };
  const mailer = createTransport({
    pool: true,
    maxConnections: 2,
    host: server.hostname,
    port: Number(server.port || (secure ? 465 : 587)),
    secure,
    tls: certificateAuthority(server),
    ...(auth.user === '' ? {} : { auth }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 25_000,
  });
  return {
    send: (message) =>
      mailer.sendMail(emailDocument(message, from)).then(
        () => delivered,
        (error: unknown) => judge(error),
      ),
    close: () => mailer.close(),
  };
}

/**
 * A 5xx about the recipient or the message is final for this message (RFC 5321 section 4.2.1). A 5xx about us, such as a
 * wrong password or a sender that the server does not let us use, is a matter of configuration: the message waits.
 */
function judge(error: unknown): Delivery {
  const { code, command, responseCode = 0 } = error as { code?: string; command?: string; responseCode?: number };
  const aboutMessage = (code === 'EENVELOPE' && command !== 'MAIL FROM') || code === 'EMESSAGE';
  if (aboutMessage && responseCode >= 500) return { kind: 'rejected', reason: (error as Error).message };
  return failed(error);
}
