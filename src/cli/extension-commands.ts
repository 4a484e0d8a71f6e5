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
import { yes } from './cells.ts';
import { kinds, type OfTenant, readCommandLine, someChange } from './command-line.ts';

/** What `npm run extensions` was asked to do. */
export type ExtensionCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'create'; readonly extension: NewExtension }
    | { readonly act: 'change'; readonly number: string; readonly change: ExtensionChange }
    | { readonly act: 'password' | 'remove'; readonly number: string }
  );

/** @throws AppError `bad_request` with the way it is used */
export function readExtensionCommand(args: readonly string[]): ExtensionCommand {
  return readCommandLine(args, {
    name: 'extensions',
    uses: ['list', 'create NUMBER [settings]', 'change NUMBER settings', 'password NUMBER', 'remove NUMBER'],
    notes: [
      'settings: --name NAME  --kind sip|web|both  --enabled yes|no  --devices COUNT  --internal-id ID',
      `          --classes ${callClass.options.join(',')}  --fallback yes|no`,
      '          --dnd yes|no  --ring-seconds COUNT  --shown-number +55…',
      "          --forward-always|--forward-busy|--forward-no-answer|--forward-unreachable NUMBER ('' for nowhere)",
      '          --hours NAME  --forward-closed NUMBER',
      "          --pickup-group NAME ('' for none)",
      '          --encryption off|optional|required',
    ],
    words: 2,
    settings: {
      name: kinds.text,
      kind: kinds.text,
      enabled: kinds.yesOrNo,
      encryption: kinds.text,
      devices: kinds.number,
      internalId: kinds.textOrNothing,
      classes: kinds.list,
      fallback: kinds.yesOrNo,
      dnd: kinds.yesOrNo,
      ringSeconds: kinds.number,
      shownNumber: kinds.textOrNothing,
      forwardAlways: kinds.textOrNothing,
      forwardBusy: kinds.textOrNothing,
      forwardNoAnswer: kinds.textOrNothing,
      forwardUnreachable: kinds.textOrNothing,
      hours: kinds.textOrNothing,
      forwardClosed: kinds.textOrNothing,
      pickupGroup: kinds.textOrNothing,
    },
    read([act, number], { name: callerName, encryption: mediaEncryption, dnd: doNotDisturb, ...same }) {
      const settings = { ...same, callerName, mediaEncryption, doNotDisturb };
      if (act === 'list' && number === undefined) return { act };
      if (act === 'create') return { act, extension: newExtension.parse({ ...settings, number }) };
      if (act === 'password' || act === 'remove') return { act, number: extensionNumber.parse(number) };
      if (act !== 'change') return undefined;
      const change = someChange(extensionChange.parse(settings));
      return { act, number: extensionNumber.parse(number), change };
    },
  });
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
