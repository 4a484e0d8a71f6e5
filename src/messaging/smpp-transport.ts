import smpp from 'smpp';
import type { Clock } from '../kernel/clock.ts';
import { certificateAuthority } from './certificate-authority.ts';
import { type CodedSms, codeSms, smsParts } from './sms-coding.ts';
import { type Delivery, delivered, failed, type OutgoingSms, type Transport } from './transport.ts';

type Session = ReturnType<typeof smpp.connect>;
type Pdu = Parameters<Parameters<Session['submit_sm']>[1]>[0];

/** A bound session, and the promise that rejects when it ends. */
interface Bound {
  readonly session: Session;
  readonly ended: Promise<never>;
}

const answerWithinMs = 10_000;
/** ESME_RINVMSGLEN, ESME_RINVDSTADR, ESME_RINVDSTTON, ESME_RINVDSTNPI (SMPP 3.4 section 5.1.3): never for this message. */
const finalStatus = new Set([0x01, 0x0b, 0x50, 0x51]);
/** `esm_class`: the message begins with a user data header (SMPP 3.4 section 5.2.12). */
const headerIndicator = 0x40;
/** TON international, NPI E.164 (SMPP 3.4 sections 5.2.5 and 5.2.6). */
const international = { dest_addr_ton: 1, dest_addr_npi: 1 };

/**
 * SMS by SMPP 3.4 over one session, which is bound when it is first needed and again after it was lost.
 * @param url `smpp://system_id:password@host:2775?source=28500`, or `smpps://` for TLS, with `ca=<file>` where the public
 *   authorities do not vouch for the server. A text too long for one message is handed over whole as `message_payload`;
 *   with `long=parts` as several with a header, for operators that do not cut it up themselves.
 */
export function smppTransport(url: string, clock: Clock): Transport<OutgoingSms> {
  const server = new URL(url);
  const tls = server.protocol !== 'smpp:';
  const port = Number(server.port || (tls ? 3550 : 2775));
  const source = server.searchParams.get('source') ?? '';
  const inParts = server.searchParams.get('long') === 'parts';
  const trust = tls ? certificateAuthority(server) : {};
  let bound: Promise<Bound> | undefined;

  async function bind(): Promise<Bound> {
    const session = smpp.connect({ host: server.hostname, port, tls, ...trust, auto_enquire_link_period: 30_000 });
    const ended = new Promise<never>((_, reject) => {
      session.on('error', (error: Error) => reject(error));
      session.on('close', () => reject(new Error('The SMPP session was closed.')));
    });
    ended.catch(() => {
      bound = undefined;
      session.destroy();
    });
    for (const asked of ['enquire_link', 'deliver_sm', 'unbind']) {
      session.on(asked, (pdu: Pdu) => session.send(pdu.response()));
    }
    const credentials = {
      system_id: decodeURIComponent(server.username),
      password: decodeURIComponent(server.password),
      interface_version: 0x34,
    };
    const answer = await answered({ session, ended }, (resolve) => {
      session.on(tls ? 'secureConnect' : 'connect', () => session.bind_transceiver(credentials, resolve));
    });
    if (answer.command_status !== 0) {
      session.destroy();
      throw new Error(`The SMPP server refused the bind with status ${answer.command_status}.`);
    }
    return { session, ended };
  }

  /** Waits for an answer, the end of the session, or too long: then the session is given up, since nothing is known of it. */
  async function answered({ session, ended }: Bound, ask: (resolve: (pdu: Pdu) => void) => void): Promise<Pdu> {
    const stop = new AbortController();
    const late = clock.sleep(answerWithinMs, stop.signal).then(() => {
      session.destroy();
      throw new Error('The SMPP server did not answer.');
    });
    try {
      return await Promise.race([new Promise(ask), ended, late]);
    } finally {
      late.catch(() => undefined);
      stop.abort();
    }
  }

  async function submit({ reference, to, text }: OutgoingSms): Promise<Delivery> {
    bound ??= bind();
    const current = bound;
    current.catch(() => {
      if (bound === current) bound = undefined;
    });
    const { session, ended } = await current;
    const coded = codeSms(text);
    const address = { source_addr: source, destination_addr: to.slice(1), ...international };
    for (const message of messagesOf(coded, reference)) {
      const fields = { ...address, data_coding: coded.dataCoding, ...message };
      const answer = await answered({ session, ended }, (resolve) => {
        if (!session.submit_sm(fields, resolve)) session.destroy();
      });
      if (answer.command_status !== 0) {
        const reason = `The SMPP server answered status ${answer.command_status}.`;
        return { kind: finalStatus.has(answer.command_status) ? 'rejected' : 'failed', reason };
      }
    }
    return delivered;
  }

  /** Parts sent again after a failure have the reference they had, so that the telephone takes each once. */
  function messagesOf(coded: CodedSms, reference: string): Record<string, unknown>[] {
    if (coded.short) return [{ short_message: coded.octets }];
    if (!inParts) return [{ message_payload: coded.octets }];
    const number = Number(reference.split('-').at(-1));
    return smsParts(coded, number).map((part) => ({ esm_class: headerIndicator, short_message: part }));
  }

  return {
    send: (message) => submit(message).catch(failed),
    close: () => {
      void bound?.then(
        ({ session }) => session.close(),
        () => undefined,
      );
    },
  };
}
