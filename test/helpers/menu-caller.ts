import { join, resolve } from 'node:path';
import pino from 'pino';
import type { FlowState, LeftStep, OpenCall } from '../../src/calls/service.ts';
import type { FlowEnd } from '../../src/ivr/engine.ts';
import { createIvr, type IvrOptions } from '../../src/ivr/plugin.ts';
import type { MenuErp, MenuExchange } from '../../src/ivr/ports.ts';
import { readCatalogue } from '../../src/ivr/speech/catalogue.ts';
import { textSpeech } from '../../src/ivr/text-speech.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { FakeChannel, type FakeRing, FakeTelephony } from '../../src/telephony/fake-telephony.ts';
import type { Talk } from '../../src/telephony/port.ts';
import { VirtualClock } from './virtual-clock.ts';

export const promptCatalogue = readCatalogue(resolve(import.meta.dirname, '../../prompts/pt-BR.yaml'));

/** Says texts instead of playing sounds; what cannot be said fails the test. */
const speech = textSpeech(promptCatalogue, () => '2026-11-20', fail);

function fail(problem: string): never {
  throw new Error(`cannot be said: ${problem}`);
}

/** What a caller does: when something is heard that contains the text, presses the keys. `hang up` ends the call. */
export type Script = readonly (readonly [heard: string, keys: string])[];

export interface CallSetting {
  readonly erp: MenuErp | ((clock: Clock) => MenuErp);
  readonly script?: Script;
  readonly callerNumber?: string;
  readonly flow?: string;
  readonly flowFolders?: readonly string[];
  readonly ring?: FakeRing;
  readonly exchange?: Partial<MenuExchange>;
  readonly options?: Partial<IvrOptions>;
  /** For an ERP with a real database behind it: time passes by itself, and prompts take none. */
  readonly realTime?: boolean;
  readonly now?: string;
  /** Goes on with this call rather than a new one. */
  readonly resume?: FlowState;
  /** The talk the caller is in as the call is found again. */
  readonly talk?: Talk;
  readonly onPlay?: (text: string, channel: FakeChannel) => void;
}

export interface LoggedStep {
  readonly node: string;
  exit?: string | undefined;
  digits?: string | undefined;
  readonly state: FlowState;
}

export interface PlayedCall {
  readonly end: FlowEnd;
  readonly heard: readonly string[];
  readonly steps: readonly LoggedStep[];
  readonly facts: Record<string, unknown>[];
  readonly channel: FakeChannel;
  readonly telephony: FakeTelephony;
  readonly callbacks: { readonly number: string }[];
  readonly clock: VirtualClock;
  /** What was logged as an error. */
  readonly errors: readonly string[];
}

/** Milliseconds that a text of so many letters takes to be said. */
const msPerLetter = 60;

/** Plays one call through the menus in no time: the real engine and the real flows, a caller who follows a script. */
export async function playCall(setting: CallSetting): Promise<PlayedCall> {
  const clock = new VirtualClock(setting.now ?? '2026-11-20T14:00:00-03:00');
  const erp = typeof setting.erp === 'function' ? setting.erp(clock) : setting.erp;
  const steps: LoggedStep[] = [];
  const facts: Record<string, unknown>[] = [];
  const callbacks: { number: string }[] = [];
  const errors: string[] = [];
  const script = [...(setting.script ?? [])];
  const telephony = new FakeTelephony(setting.ring);
  const leave = (left: LeftStep | undefined) => {
    const last = steps.at(-1);
    if (left !== undefined && last !== undefined) Object.assign(last, { exit: left.exit, digits: left.digits });
  };
  const time = setting.realTime === true ? systemClock : clock;
  const channel = new FakeChannel(time, {
    callerNumber: setting.callerNumber ?? '',
    playMs: (media) => (setting.realTime === true ? 0 : media.join(' ').length * msPerLetter),
    onPlay: (media, channel) => {
      setting.onPlay?.(media.join(' '), channel);
      const next = script[0];
      if (next === undefined || !media.join(' ').includes(next[0])) return;
      script.shift();
      if (next[1] === 'hang up') channel.end('caller');
      else channel.press(next[1]);
    },
  });
  channel.talk = setting.talk;
  const ivr = createIvr({
    telephony,
    callLog: {
      step: (_, { left, entered }) => {
        leave(left);
        // As stored: whatever is no JSON would be lost here too.
        if (entered !== undefined) {
          steps.push({ node: entered.node, state: JSON.parse(JSON.stringify(entered.state)) as FlowState });
        }
      },
      note: (_, noted) => facts.push({ ...noted }),
    },
    callbacks: {
      record: async (request) => {
        callbacks.push(request);
        return '20261121000009';
      },
    },
    speech,
    catalogue: promptCatalogue,
    clock: time,
    logger: pino({ level: 'error' }, { write: (line: string) => errors.push(line) }),
    tenant: (id) => ({
      id,
      timeZone: 'America/Sao_Paulo',
      erp,
      exchange: {
        ringTargets: () => ['1001', '1002'],
        openingHours: () => undefined,
        ...setting.exchange,
      },
    }),
    ...(setting.flowFolders && { flowFolders: setting.flowFolders }),
    ...setting.options,
  });
  const call: OpenCall = {
    id: 'call-1',
    channelId: channel.id,
    tenantId: 1,
    dialled: '2222',
    startedAt: clock.now(),
    flowState: setting.resume,
    openLegs: [],
    talkingLegs: [],
  };
  const work =
    setting.resume === undefined
      ? ivr.handle(channel, { tenantId: 1, flow: setting.flow ?? 'atendimento', callId: call.id })
      : ivr.resume(channel, call);
  const end = await (setting.realTime === true ? work : clock.run(work));
  return {
    end,
    heard: channel.played.map((media) => media.join(' ')),
    steps,
    facts,
    channel,
    telephony,
    callbacks,
    clock,
    errors,
  };
}

/** All that was heard, one line for each time something was played. */
export function textOf(call: PlayedCall): string {
  return call.heard.join('\n');
}

/** What is heard in a call in which nothing may fail. */
export async function heard(setting: CallSetting): Promise<string> {
  const call = await playCall(setting);
  if (call.errors.length > 0) throw new Error(call.errors.join('\n'));
  return textOf(call);
}

/** Folder with flow documents that tests use. */
export const goodFlows = join(import.meta.dirname, '../../src/ivr/fixtures/good');
