import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  callClass,
  type ExtensionChange,
  type ExtensionSummary,
  extensionChange,
  extensionNumber,
  type NewExtension,
  newExtension,
} from '../exchange/schemas.ts';
import type { Extensions } from '../exchange/service.ts';
import { alignedRows } from './aligned-rows.ts';
import { usageError } from './usage-error.ts';

/** What `npm run extensions` was asked to do. */
export type ExtensionCommand = { readonly tenant: number | undefined } & (
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly extension: NewExtension }
  | { readonly act: 'change'; readonly number: string; readonly change: ExtensionChange }
  | { readonly act: 'password' | 'remove'; readonly number: string }
);

const usage = `Use: npm run extensions -- list
     npm run extensions -- create NUMBER [settings]
     npm run extensions -- change NUMBER settings
     npm run extensions -- password NUMBER
     npm run extensions -- remove NUMBER
     settings: --name NAME  --kind sip|web|both  --enabled yes|no  --devices COUNT  --internal-id ID
               --classes ${callClass.options.join(',')}  --fallback yes|no
               --dnd yes|no  --ring-seconds COUNT  --shown-number +55…
               --forward-always|--forward-busy|--forward-no-answer|--forward-unreachable NUMBER ('' for nowhere)
               --hours NAME  --forward-closed NUMBER
               --pickup-group NAME ('' for none)
               --encryption off|optional|required
     and with each, where there are several providers: --tenant NUMBER`;

const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');
const textOrNothing = z.string().transform((word) => (word === '' ? null : word));
/** Options as they are typed, by the setting that each is. */
const typed = z.object({
  callerName: z.string().optional(),
  kind: z.string().optional(),
  enabled: yesOrNo.optional(),
  mediaEncryption: z.string().optional(),
  devices: z.coerce.number().optional(),
  internalId: textOrNothing.optional(),
  classes: z
    .string()
    .transform((list) => list.split(',').filter((one) => one !== ''))
    .optional(),
  fallback: yesOrNo.optional(),
  doNotDisturb: yesOrNo.optional(),
  ringSeconds: z.coerce.number().optional(),
  shownNumber: textOrNothing.optional(),
  forwardAlways: textOrNothing.optional(),
  forwardBusy: textOrNothing.optional(),
  forwardNoAnswer: textOrNothing.optional(),
  forwardUnreachable: textOrNothing.optional(),
  hours: textOrNothing.optional(),
  forwardClosed: textOrNothing.optional(),
  pickupGroup: textOrNothing.optional(),
});

/** @throws AppError `bad_request` with the way it is used */
export function readExtensionCommand(args: readonly string[]): ExtensionCommand {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: text,
        kind: text,
        enabled: text,
        encryption: text,
        devices: text,
        'internal-id': text,
        classes: text,
        fallback: text,
        dnd: text,
        'ring-seconds': text,
        'shown-number': text,
        'forward-always': text,
        'forward-busy': text,
        'forward-no-answer': text,
        'forward-unreachable': text,
        hours: text,
        'forward-closed': text,
        'pickup-group': text,
        tenant: text,
      },
    });
    const [act, number, ...rest] = positionals;
    const tenant = z.coerce.number().int().min(1).optional().parse(values.tenant);
    const settings = typed.parse({
      ...values,
      callerName: values.name,
      mediaEncryption: values.encryption,
      internalId: values['internal-id'],
      doNotDisturb: values.dnd,
      ringSeconds: values['ring-seconds'],
      shownNumber: values['shown-number'],
      forwardAlways: values['forward-always'],
      forwardBusy: values['forward-busy'],
      forwardNoAnswer: values['forward-no-answer'],
      forwardUnreachable: values['forward-unreachable'],
      forwardClosed: values['forward-closed'],
      pickupGroup: values['pickup-group'],
    });
    if (rest.length > 0) throw new Error('A name with blanks needs quotation marks.');
    if (act === 'list' && number === undefined) return { act, tenant };
    if (act === 'create') return { act, tenant, extension: newExtension.parse({ ...settings, number }) };
    if (act === 'change') {
      const change = extensionChange.parse(settings);
      if (Object.values(change).every((value) => value === undefined)) throw new Error('Say what to change.');
      return { act, tenant, number: extensionNumber.parse(number), change };
    }
    if (act === 'password' || act === 'remove') return { act, tenant, number: extensionNumber.parse(number) };
    throw new Error(act === undefined ? 'Say what to do.' : `"${positionals.join(' ')}" is not known.`);
  } catch (error) {
    throw usageError(error, usage);
  }
}

/** Does it, and says it. @returns lines for the terminal; a new password stands in them, once */
export async function runExtensionCommand(
  extensions: Extensions,
  tenantId: number,
  command: ExtensionCommand,
): Promise<string[]> {
  if (command.act === 'list') return listLines(await extensions.list(tenantId));
  if (command.act === 'create') {
    const { number, password } = await extensions.create(tenantId, command.extension);
    return [`Created extension ${number}.`, ...passwordLines(password)];
  }
  const { act, number } = command;
  if (act === 'change') {
    await extensions.change(tenantId, number, command.change);
    return [`Changed extension ${number}.`];
  }
  if (act === 'password') {
    const { password } = await extensions.renewPassword(tenantId, number);
    return [
      `Extension ${number} has a new password; its phones are not registered any more.`,
      ...passwordLines(password),
    ];
  }
  await extensions.remove(tenantId, number);
  return [`Removed extension ${number}; its phones are not registered any more.`];
}

function passwordLines(password: string): string[] {
  return [`  password  ${password}`, 'Put it into the phone now: it is not shown again.'];
}

function listLines(extensions: readonly ExtensionSummary[]): string[] {
  if (extensions.length === 0) return ['There are no extensions.'];
  const yes = (is: boolean): string => (is ? 'yes' : 'no');
  return alignedRows([
    ['number', 'name', 'kind', 'enabled', 'phones', 'internal id', 'fallback', 'may call', ''],
    ...extensions.map((extension) => [
      extension.number,
      extension.callerName,
      extension.kind,
      yes(extension.enabled),
      String(extension.devices),
      extension.internalId ?? '',
      yes(extension.fallback),
      extension.classes.join(','),
      extension.demo ? 'demo' : '',
    ]),
  ]);
}
