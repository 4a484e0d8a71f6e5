import type { CallLog } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Messaging } from '../messaging/service.ts';
import type { Channel, RecordedFiles } from '../telephony/port.ts';
import type { BoxKey, VoicemailFiles } from './files.ts';
import { voicemailLetter } from './letter.ts';
import type { VoicemailMessages } from './service.ts';
import type { OpenMessage, VoicemailStore } from './store.ts';
import { soundOf } from './wav.ts';

export interface MessageParts {
  readonly store: VoicemailStore;
  readonly files: VoicemailFiles;
  readonly recorded: RecordedFiles;
  readonly messaging: Pick<Messaging, 'sendEmail'>;
  readonly callLog: Pick<CallLog, 'openCalls'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly timeZone: string;
  /** So many bytes stay free for everything else: below that nothing is recorded. */
  readonly reserveBytes: number;
}

const limits = { maxSeconds: 180, maxSilenceSeconds: 5, endedBy: '#' } as const;
const greetingLimits = { ...limits, maxSeconds: 60 } as const;
const shortestMs = 1000;
const mostMessages = 100;

/** Messages in the home folder and PostgreSQL. */
export function createVoicemailMessages(parts: MessageParts): VoicemailMessages {
  const { store, files, recorded, clock, ids, logger } = parts;
  /** Messages that are being taken here, so that each is kept once. */
  const taking = new Map<string, Promise<'left' | 'nothing' | 'failed'>>();

  /** Fetches what was recorded, if anything is heard in it. */
  async function fetchSound(name: string, path: string) {
    try {
      return await files.put(
        path,
        (into) => recorded.fetch(name, into),
        (content) => {
          const { durationMs, isHeard } = soundOf(content);
          return isHeard && durationMs >= shortestMs ? { durationMs, content } : undefined;
        },
      );
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  async function finish(message: OpenMessage): Promise<'left' | 'nothing'> {
    const { tenantId, id, extension, callerNumber, startedAt: leftAt } = message;
    const found = await fetchSound(spoolName(id), files.message(message, id));
    if (found === undefined) {
      await store.remove(message, id);
    } else {
      const { durationMs, content: wav } = found;
      const [box] = await store.boxes(tenantId, extension);
      if (box !== undefined && box.email !== null) {
        const letter = { tenantId, id, extension, callerNumber, leftAt, durationMs, wav };
        const answer = await parts.messaging.sendEmail(voicemailLetter(letter, box.email, parts.timeZone));
        if (answer === 'refused') logger.warn({ extension }, 'the e-mail address of a mailbox can never be reached');
      }
      await store.keep(message, durationMs, wav.length);
    }
    await recorded.discard(spoolName(id));
    return found === undefined ? 'nothing' : 'left';
  }

  async function takeNow(channel: Channel, message: OpenMessage): Promise<'left' | 'nothing' | 'failed'> {
    try {
      await channel.record({ name: spoolName(message.id), ...limits });
      return await finish(message);
    } catch (error) {
      logger.error({ err: error, call: message.callId }, 'a message was not kept; it is tried again');
      return 'failed';
    } finally {
      taking.delete(message.id);
    }
  }

  async function begin(channel: Channel, box: BoxKey, callId: string): Promise<OpenMessage> {
    const message = { ...box, id: ids.uuid(), callId, callerNumber: channel.callerNumber, startedAt: clock.now() };
    await store.begin(message);
    return message;
  }

  async function keepAbandoned(): Promise<void> {
    const going = new Set((await parts.callLog.openCalls()).map(({ id }) => id));
    for (const message of await store.open()) {
      if (taking.has(message.id) || going.has(message.callId)) continue;
      await finish(message).catch((error: unknown) => {
        logger.error({ err: error, call: message.callId }, 'a message was not kept; it is tried again');
      });
    }
  }

  async function forgetOld(): Promise<void> {
    const old = await store.outlived(clock.now());
    for (const message of old) {
      await files.remove(files.message(message, message.id));
      await store.remove(message, message.id);
    }
    if (old.length > 0) logger.info({ removed: old.length }, 'messages whose days are over were removed');
  }

  return {
    async list(box) {
      const messages = await store.messages(box);
      return messages.map(({ id, callId, callerNumber, startedAt, durationMs, bytes, heardAt }) => ({
        id,
        callId,
        callerNumber,
        leftAt: startedAt.toISOString(),
        durationMs,
        bytes,
        heardAt: heardAt?.toISOString() ?? null,
      }));
    },
    async sound(box, id) {
      const isThere = (await store.messages(box)).some((message) => message.id === id);
      return (isThere ? await files.existing(files.message(box, id)) : undefined) ?? noSuchMessage();
    },
    heard: (box, id) => store.heard(box, id, clock.now()),
    async remove(box, id) {
      if (!(await store.remove(box, id))) noSuchMessage();
      await files.remove(files.message(box, id));
    },
    async readiness({ tenantId, extension }, callId) {
      if ((await store.open(callId)).length > 0) return { kind: 'recording' };
      const [box] = await store.boxes(tenantId, extension);
      if (box?.enabled !== true) return { kind: 'off' };
      if (box.newMessages + box.oldMessages >= mostMessages) return { kind: 'full' };
      const free = await files.free();
      if (free < parts.reserveBytes) {
        logger.error({ free }, 'no message can be left: the disk of the home folder is full');
        return { kind: 'full' };
      }
      return { kind: 'ready', greeting: await files.existing(files.greeting({ tenantId, extension })) };
    },
    async take(channel, box, callId) {
      try {
        const message = (await store.open(callId))[0] ?? (await begin(channel, box, callId));
        const already = taking.get(message.id);
        if (already !== undefined) return await already;
        const taken = takeNow(channel, message);
        taking.set(message.id, taken);
        return await taken;
      } catch (error) {
        logger.error({ err: error, call: callId }, 'a message could not be taken');
        return 'failed';
      }
    },
    async takeGreeting(channel, box) {
      const name = spoolName(ids.uuid());
      try {
        await channel.record({ name, ...greetingLimits });
        const kept = await fetchSound(name, files.greeting(box));
        await recorded.discard(name);
        return kept === undefined ? 'nothing' : 'kept';
      } catch (error) {
        logger.error({ err: error, extension: box.extension }, 'a greeting could not be kept');
        return 'failed';
      }
    },
    tone: () => files.tone(),
    async upkeep() {
      try {
        await keepAbandoned();
        await forgetOld();
      } catch (error) {
        logger.error({ err: error }, 'messages could not be looked after; it is tried again in five minutes');
      }
    },
  };
}

function spoolName(id: string): string {
  return `message-${id}`;
}

function noSuchMessage(): never {
  throw new AppError('not_found', 'There is no such message.');
}
