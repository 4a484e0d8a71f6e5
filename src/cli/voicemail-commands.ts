import { parseArgs } from 'node:util';
import { z } from 'zod';
import { extensionNumber } from '../exchange/schemas.ts';
import { type VoicemailBox, type VoicemailChange, voicemailChange } from '../voicemail/schemas.ts';
import type { VoicemailBoxes } from '../voicemail/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run voicemail` was asked to do. */
export type VoicemailCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'change'; readonly extension: string; readonly change: VoicemailChange }
);

const usage = `Use: npm run voicemail -- list
     npm run voicemail -- change EXTENSION [--enabled yes|no] [--email ADDRESS] [--pin DIGITS]   ('' for none)
     and with each, where there are several providers: --tenant NUMBER`;

const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');
const textOrNothing = z.string().transform((word) => (word === '' ? null : word));
const typed = z.object({
  enabled: yesOrNo.optional(),
  email: textOrNothing.optional(),
  pin: textOrNothing.optional(),
});

/** @throws AppError `bad_request` with the way it is used */
export function readVoicemailCommand(args: readonly string[]): VoicemailCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { enabled: text, email: text, pin: text, tenant: text },
    });
    const [act, extension, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    if (act === 'list' && extension === undefined) return { act, tenant };
    if (act === 'change' && rest.length === 0) {
      const change = voicemailChange.parse(typed.parse(values));
      if (Object.values(change).every((value) => value === undefined)) throw new Error('Say what to change.');
      return { act, tenant, extension: extensionNumber.parse(extension), change };
    }
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
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
  const yes = (is: boolean): string => (is ? 'yes' : 'no');
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
