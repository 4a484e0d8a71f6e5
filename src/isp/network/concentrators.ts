import { isIPv6 } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Provider } from '../provider.ts';
import type { ConcentratorAnswer } from './access.ts';
import { type ConcentratorControl, noteAnswer, selectControl } from './concentrator-control.ts';
import type { RadiusExchange } from './radius-exchange.ts';
import {
  attributeTypes,
  ipv4Attribute,
  ipv6Attribute,
  type RadiusAnswer,
  type RadiusAttribute,
  requestCodes,
  secondsAttribute,
  textAttribute,
} from './radius-packet.ts';
import type { RadiusSession } from './store.ts';

/** `silent`: the request may have been carried out. `not_controlled`: nobody has set how this concentrator is asked. */
export type Dropped = 'dropped' | 'no_session' | 'refused' | 'silent' | 'not_controlled';

/** What is needed of a provider here. */
type Owner = Pick<Provider, 'db' | 'tenantId'>;

/** What can be asked of the concentrators that sessions hang on. Nothing rejects for what the other side does. */
export interface Concentrators {
  /** Asks, without changing anything, whether the concentrator still has a session. At most 1.6 s. */
  knows(owner: Owner, session: RadiusSession, signal: AbortSignal): Promise<ConcentratorAnswer>;
  /** Has it end a session, within `patienceMs`. */
  drop(owner: Owner, session: RadiusSession, patienceMs: number, signal: AbortSignal): Promise<Dropped>;
  /** Whether the concentrator of that name takes our requests at all: it is asked for a session that nobody has. */
  answers(owner: Owner, nasAddress: string, signal: AbortSignal): Promise<boolean>;
}

type NamedSession = Pick<RadiusSession, 'login' | 'sessionId' | 'nasAddress' | 'framedAddress'>;

/** No concentrator gives a session such an id. */
const noSession = { login: 'uirapuru', sessionId: 'uirapuru-check', framedAddress: undefined };

/** Of the three seconds of a lookup, what is left pays for the database and for dropping what is not known. */
const questionPatienceMs = 1_600;

/** Session-Context-Not-Found (RFC 5176 §3.5). */
const sessionNotFound = 503;

/**
 * The concentrators as they take RADIUS requests (RFC 5176).
 *
 * Whether one knows a session is asked by a CoA-Request that names the session and changes nothing: it leaves a living
 * session alone, which a Disconnect-Request would not (docs/adr/0012). Only a refusal because of 503 means that it does
 * not; a concentrator that dislikes such a request otherwise (402, 406) has told nothing about the session.
 */
export function createConcentrators(exchange: RadiusExchange, clock: Clock, logger: Logger): Concentrators {
  async function ask(
    owner: Owner,
    control: ConcentratorControl,
    session: NamedSession,
    request: { readonly code: number; readonly patienceMs: number },
    signal: AbortSignal,
  ): Promise<RadiusAnswer | 'silent'> {
    const attributes = [...identification(session), secondsAttribute(attributeTypes.eventTimestamp, clock.now())];
    const answer = await exchange(control, { ...request, attributes }, signal);
    const { equipmentId } = control;
    if (answer === 'silent') logger.warn({ equipmentId }, 'the concentrator does not answer RADIUS requests');
    else await noteAnswer(owner, control, clock.now());
    return answer;
  }

  return {
    async knows(owner, session, signal) {
      const control = await selectControl(owner, session.nasAddress);
      if (control === undefined) return 'undecided';
      const request = { code: requestCodes.changeOfAuthorization, patienceMs: questionPatienceMs };
      const answer = await ask(owner, control, session, request, signal);
      if (answer === 'silent') return control.answeredAt === undefined ? 'undecided' : 'silent';
      if (answer.acknowledged) return 'known';
      if (answer.errorCause === sessionNotFound) return 'unknown';
      const { equipmentId } = control;
      logger.warn(
        { equipmentId, errorCause: answer.errorCause },
        'the concentrator does not say whether it has a session',
      );
      return 'undecided';
    },
    async drop(owner, session, patienceMs, signal) {
      const control = await selectControl(owner, session.nasAddress);
      if (control === undefined) return 'not_controlled';
      const request = { code: requestCodes.disconnect, patienceMs };
      const answer = await ask(owner, control, session, request, signal).catch((error: unknown) => {
        // Nobody waits any more, but the request is out.
        if (signal.aborted) return 'silent' as const;
        throw error;
      });
      if (answer === 'silent') return 'silent';
      if (answer.acknowledged) return 'dropped';
      return answer.errorCause === sessionNotFound ? 'no_session' : 'refused';
    },
    async answers(owner, nasAddress, signal) {
      const control = await selectControl(owner, nasAddress);
      if (control === undefined) return false;
      const request = { code: requestCodes.changeOfAuthorization, patienceMs: questionPatienceMs };
      return (await ask(owner, control, { ...noSession, nasAddress }, request, signal)) !== 'silent';
    },
  };
}

/** Where no concentrator can be asked: sessions are as accounting has them, and none is dropped. */
export const noConcentrators: Concentrators = {
  knows: () => Promise.resolve('undecided'),
  drop: () => Promise.resolve('not_controlled'),
  answers: () => Promise.resolve(false),
};

/** What names a session to its concentrator, in its own words from accounting (RFC 5176 §3). */
function identification(session: NamedSession): RadiusAttribute[] {
  const { login, sessionId, nasAddress, framedAddress } = session;
  return [
    textAttribute(attributeTypes.userName, login),
    isIPv6(nasAddress)
      ? ipv6Attribute(attributeTypes.nasIpv6Address, nasAddress)
      : ipv4Attribute(attributeTypes.nasIpAddress, nasAddress),
    textAttribute(attributeTypes.acctSessionId, sessionId),
    ...(framedAddress === undefined ? [] : [ipv4Attribute(attributeTypes.framedIpAddress, framedAddress)]),
  ];
}
