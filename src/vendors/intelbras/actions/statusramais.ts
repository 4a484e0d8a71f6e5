import { z } from 'zod';
import type { LiveCallView, LiveLeg } from '../../../calls/service.ts';
import { pbxAction } from '../action.ts';
import { type ExtensionStatus, extensionStatus } from '../wire.ts';

/** "Sincronismo de Tela": every extension with its state and the call it is in. */
export const statusRamais = pbxAction({
  name: 'statusramais',
  summary: 'Every extension with its state and the call it is in',
  rows: extensionStatus,
  request: z.object({}),
  async run({ exchange, callLog, recordings, caller, registered, now }) {
    const [phones, busy] = [await registered(), busyExtensions(callLog.live(caller.tenantId))];
    return exchange.extensions().map(({ number }) => {
      const part = busy.get(number);
      if (part === undefined) return idle(number, phones.has(number));
      return inCall(number, part, recordings.liveName(part.call.id) ?? '', now);
    });
  },
});

/** An extension's part in a call that goes on. */
interface Part {
  readonly call: LiveCallView;
  readonly leg: LiveLeg;
}

/** The call of each extension; where it is in several, the one it talks in. */
function busyExtensions(calls: readonly LiveCallView[]): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const call of calls) {
    for (const leg of call.legs) {
      if (leg.role === 'caller' && call.direction === 'inbound') continue;
      const known = parts.get(leg.number);
      if (known === undefined || (!talks(known.leg) && talks(leg))) parts.set(leg.number, { call, leg });
    }
  }
  return parts;
}

function talks({ state }: LiveLeg): boolean {
  return state === 'up' || state === 'held';
}

function idle(number: string, hasPhone: boolean): ExtensionStatus {
  return {
    Ramal: number,
    Status: hasPhone ? 'Not in use' : 'Unavailable',
    Direcao: '',
    Duracao: '',
    StatusCanal: '',
    Callerid: '',
    Extension: '',
    JSON1: '',
    JSON2: '',
    JSON3: '',
    GRAVACAO: '',
    IDCHAMADA: '',
  };
}

function inCall(number: string, { call, leg }: Part, recording: string, now: Date): ExtensionStatus {
  const calls = leg.role === 'caller';
  const called = call.direction === 'outbound' ? call.dialled : (call.answeredBy ?? call.dialled);
  // In the manual's sample the colleague who calls has none: they tell of whoever called.
  const told = (value: string | null): string => (calls && call.direction === 'internal' ? '' : (value ?? ''));
  return {
    Ramal: number,
    Status: deviceState(leg),
    Direcao: calls ? 'SAIDA' : 'ENTRADA',
    Duracao: String(Math.max(0, Math.floor((now.getTime() - call.startedAt.getTime()) / 1_000))),
    StatusCanal: channelState(leg),
    Callerid: calls ? called : call.callerNumber,
    Extension: call.dialled,
    JSON1: told(call.json1),
    JSON2: told(call.json2),
    JSON3: told(call.json3),
    GRAVACAO: recording,
    IDCHAMADA: call.uniqueid,
  };
}

/** In Asterisk's words. */
function deviceState({ role, state }: LiveLeg): ExtensionStatus['Status'] {
  if (state === 'held') return 'On Hold';
  return state === 'up' || (role === 'caller' && state === 'calling') ? 'In use' : 'Ringing';
}

function channelState({ role, state }: LiveLeg): ExtensionStatus['StatusCanal'] {
  if (state === 'up' || state === 'held') return 'Up';
  if (state === 'ringing') return 'Ringing';
  return role === 'caller' ? 'Ring' : 'Down';
}
