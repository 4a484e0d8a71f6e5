import { extensionNumber } from '../exchange/schemas.ts';
import { type VoicemailBox, type VoicemailChange, voicemailChange } from '../voicemail/schemas.ts';
import type { VoicemailBoxes } from '../voicemail/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { yes } from './cells.ts';
import { kinds, type OfTenant, readCommandLine, someChange } from './command-line.ts';

/** What `npm run voicemail` was asked to do. */
export type VoicemailCommand = OfTenant &
  ({ readonly act: 'list' } | { readonly act: 'change'; readonly extension: string; readonly change: VoicemailChange });

/** @throws AppError `bad_request` with the way it is used */
export function readVoicemailCommand(args: readonly string[]): VoicemailCommand {
  return readCommandLine(args, {
    name: 'voicemail',
    uses: ['list', "change EXTENSION [--enabled yes|no] [--email ADDRESS] [--pin DIGITS]   ('' for none)"],
    words: 2,
    settings: { enabled: kinds.yesOrNo, email: kinds.textOrNothing, pin: kinds.textOrNothing },
    read([act, extension], settings) {
      if (act === 'list' && extension === undefined) return { act };
      if (act !== 'change') return undefined;
      const change = someChange(voicemailChange.parse(settings));
      return { act, extension: extensionNumber.parse(extension), change };
    },
  });
}

/** Does it, and says it. @returns lines for the terminal */
export async function runVoicemailCommand(
  boxes: VoicemailBoxes,
  tenantId: number,
  command: VoicemailCommand,
): Promise<string[]> {
  if (command.act === 'list') return lines(await boxes.list(tenantId));
  return lines([await boxes.change({ tenantId, extension: command.extension }, command.change)]);
}

function lines(boxes: readonly VoicemailBox[]): string[] {
  if (boxes.length === 0) return ['There are no extensions.'];
  return alignedRows([
    ['extension', 'voicemail', 'e-mail', 'PIN', 'own greeting', 'new', 'old'],
    ...boxes.map(({ extension, enabled, email, hasPin, hasGreeting, newMessages, oldMessages }) => [
      extension,
      yes(enabled),
      email ?? '',
      yes(hasPin),
      yes(hasGreeting),
      String(newMessages),
      String(oldMessages),
    ]),
  ]);
}
