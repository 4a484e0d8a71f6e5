/** What we use of `smpp` 0.5.1, which comes without types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:net';

  interface Pdu {
    readonly command_status: number;
    readonly [field: string]: unknown;
    response(fields?: Record<string, unknown>): Pdu;
  }

  type Answer = (pdu: Pdu) => void;

  interface Session extends EventEmitter {
    bind_transceiver(fields: Record<string, unknown>, answer: Answer): boolean;
    submit_sm(fields: Record<string, unknown>, answer: Answer): boolean;
    send(pdu: Pdu): boolean;
    close(): void;
    destroy(): void;
  }

  interface ConnectOptions {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    /** With `tls`, what is believed instead of the public authorities. */
    readonly ca?: string;
    readonly auto_enquire_link_period: number;
  }

  const smpp: {
    connect(options: ConnectOptions): Session;
    createServer(certificate: { key: string; cert: string }, onSession: (session: Session) => void): Server;
    createServer(onSession: (session: Session) => void): Server;
  };
  export default smpp;
}
