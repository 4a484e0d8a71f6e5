import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { AppError } from './errors.ts';

/** A port we are about to listen on, and the setting that chose it. */
export interface WantedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** For the message: `SIP`, `HTTP`. */
  readonly purpose: string;
  readonly setting: string;
}

/**
 * Finds out by trying whether a port can be listened on.
 * @throws AppError `port_taken`, `no_permission`, or `invalid_configuration` for an address this machine does not have.
 */
export async function assertPortFree(wanted: WantedPort): Promise<void> {
  try {
    await (wanted.protocol === 'tcp' ? tryTcp(wanted) : tryUdp(wanted));
  } catch (error) {
    throw explained(wanted, error as NodeJS.ErrnoException);
  }
}

function tryTcp({ address, port }: WantedPort): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function tryUdp({ address, port }: WantedPort): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve()));
  });
}

function explained(wanted: WantedPort, error: NodeJS.ErrnoException): unknown {
  const { protocol, address, port, purpose, setting } = wanted;
  const place = `${purpose} port ${port} (${protocol.toUpperCase()} on ${address})`;
  if (error.code === 'EADDRINUSE') {
    return new AppError(
      'port_taken',
      `The ${place} is taken by another program. Stop that, or set ${setting} to a free port.`,
      { port },
    );
  }
  if (error.code === 'EACCES') {
    return new AppError(
      'no_permission',
      `The ${place} may not be opened by this user. Set ${setting} to a port above 1023.`,
      { port },
    );
  }
  if (error.code === 'EADDRNOTAVAIL') {
    return new AppError(
      'invalid_configuration',
      `UIRAPURU_BIND is ${address}, which is not an address of this machine.`,
      { address },
    );
  }
  return error;
}
