import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { decodeAnswer, encodeRequest, type RadiusAnswer, type RadiusAttribute } from './radius-packet.ts';

/** Where a concentrator takes requests. */
export interface RadiusPeer {
  readonly address: string;
  readonly port: number;
  readonly secret: string;
}

export interface RadiusRequest {
  readonly code: number;
  readonly attributes: readonly RadiusAttribute[];
  /** How long an answer is waited for, retransmissions included. */
  readonly patienceMs: number;
}

export type RadiusExchange = (
  peer: RadiusPeer,
  request: RadiusRequest,
  signal: AbortSignal,
) => Promise<RadiusAnswer | 'silent'>;

/** The pause after each transmission, in quarters of the whole patience: three transmissions. */
const pauses = [1, 2, 1] as const;

/**
 * Sends RADIUS requests over UDP, each from a port of its own, so that no other request's answer can be taken for its
 * own. It is repeated unchanged, with the same identifier, so that the other side knows a repetition for one, after
 * pauses that double (RFC 5080 §2.2.1, whose two seconds at first are more than a caller on the phone has; its random
 * part spreads many clients, and we are one).
 * @param sourceAddress the address of ours to send from, where the routing table's choice is not right
 * @returns `silent` when no answer signed with the secret came. An unreachable port or host is silence too: ICMP is
 *   not signed, and a filter on the way sends it as well.
 * @throws AppError `invalid_configuration` when this machine does not have the source address; the signal's reason
 */
export function createRadiusExchange(clock: Clock, sourceAddress: string | undefined): RadiusExchange {
  let identifier = 0;
  return async (peer, request, signal) => {
    identifier = (identifier + 1) % 256;
    const packet = encodeRequest(request.code, identifier, request.attributes, peer.secret);
    const socket = createSocket(isIPv6(peer.address) ? 'udp6' : 'udp4');
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    try {
      await bind(socket, sourceAddress);
      if (!(await connected(socket, peer))) return 'silent';
      const answered = new Promise<RadiusAnswer>((resolve) => {
        socket.on('message', (datagram) => {
          const answer = decodeAnswer(datagram, packet, peer.secret);
          if (answer !== undefined) resolve(answer);
        });
      });
      return await Promise.race([answered, transmit(socket, packet, request.patienceMs, clock, stop)]);
    } finally {
      over.abort(exchangeOver);
      socket.close();
    }
  };
}

/** Made once: an abort without a reason makes an error each time. */
const exchangeOver = new Error('the exchange with the concentrator is over');

async function bind(socket: Socket, sourceAddress: string | undefined): Promise<void> {
  try {
    socket.bind({ port: 0, ...(sourceAddress === undefined ? {} : { address: sourceAddress }) });
    await once(socket, 'listening');
  } catch (error) {
    throw new AppError(
      'invalid_configuration',
      `RADIUS requests cannot be sent from ${sourceAddress ?? 'this machine'}. Set RADIUS_SOURCE_ADDRESS to an address of this machine, or leave it out.`,
      { sourceAddress },
      error,
    );
  }
}

/** Only what comes from the concentrator's address and port is heard afterwards. False when there is no way there. */
async function connected(socket: Socket, peer: RadiusPeer): Promise<boolean> {
  const made = new Promise<boolean>((resolve) => {
    // After that an error is ICMP's word, and the next transmission may get through.
    socket.on('error', () => resolve(false));
    socket.once('connect', () => resolve(true));
  });
  socket.connect(peer.port, peer.address);
  return made;
}

async function transmit(
  socket: Socket,
  packet: Buffer,
  patienceMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<'silent'> {
  for (const quarters of pauses) {
    socket.send(packet, () => undefined);
    await clock.sleep((patienceMs * quarters) / 4, signal);
  }
  return 'silent';
}
