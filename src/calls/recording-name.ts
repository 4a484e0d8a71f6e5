import { localDate } from '../kernel/clock.ts';

/** What a recording is named after. */
export interface RecordedTalk {
  readonly startedAt: Date;
  readonly direction: 'inbound' | 'outbound' | 'internal';
  /** The other side's number, and the extension. */
  readonly number: string;
  readonly extension: string;
  readonly uniqueid: string;
}

/**
 * `2021/01/10/972064460-S-2001-1610289043.371`: day, number, E for calls that came in and S for others, extension, the call's
 * unique id. Nothing that came over the wire has a meaning in it as a path.
 */
export function recordingName(talk: RecordedTalk, timeZone: string): string {
  const day = localDate(talk.startedAt, timeZone).replaceAll('-', '/');
  const way = talk.direction === 'inbound' ? 'E' : 'S';
  return `${day}/${[talk.number, way, talk.extension, talk.uniqueid].map(plain).join('-')}`;
}

function plain(text: string): string {
  const kept = text.replaceAll(/[^0-9A-Za-z.]/g, '').replaceAll(/\.{2,}/g, '.');
  return kept === '' || kept === '.' ? 'anonimo' : kept.slice(0, 40);
}
