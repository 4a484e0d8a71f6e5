import { join } from 'node:path';
import { promptsFolder } from '../../../src/ivr/speech/plugin.ts';
import { dialplan } from '../../../src/telephony/asterisk/runtime/dialplan.ts';

/** Where the peers' menus answer: the plain dialplan, and the one that starts a Python process for each step. */
export const peerNumbers = { curl: '2222', python: '2223' } as const;

/** How a dialplan asks the ERP; each leaves OUTCOME, CONTRACT, STATUS and SOUNDS. */
type Ask = (path: string, query: Readonly<Record<string, string>>) => readonly string[];

/** What `Read` takes at most: a CNPJ. The waits are those of our menus. */
const longestDocument = 14;
const firstDigitSeconds = 5;

/** The whole dialplan of the peers, in the steps of `flows/atendimento.yaml`. */
export function renderPeerDialplan(erpUrl: string, step: string): string {
  const curl: Ask = (path, query) => [
    `Set(ANSWER=\${CURL(${erpUrl}/${path}?${pairs(query).join('&')})})`,
    ...['outcome', 'contract', 'status', 'sounds'].map(
      (name) => `Set(${name.toUpperCase()}=\${JSON_DECODE(ANSWER,${name})})`,
    ),
  ];
  const agi: Ask = (path, query) => [`AGI(${[step, erpUrl, path, ...pairs(query)].join(',')})`];
  return [
    '[general]\nstatic=yes\nwriteprotect=yes\n',
    `[${dialplan.fromExtension}]`,
    `exten => ${peerNumbers.curl},1,Goto(menu-curl,s,1)`,
    `exten => ${peerNumbers.python},1,Goto(menu-python,s,1)\n`,
    menu('menu-curl', curl),
    menu('menu-python', agi),
  ].join('\n');
}

function menu(context: string, ask: Ask): string {
  const end = [`Playback(${sound('goodbye')})`, 'Hangup()'];
  return [
    `[${context}]`,
    extension('s', [
      'Answer()',
      'Set(TRIES=0)',
      `Read(DOCUMENT,${sound('greeting')}&${sound('ask_document')},${longestDocument},,1,${firstDigitSeconds})`,
      ...ask('subscriber', { document: `\${DOCUMENT}` }),
      `GotoIf($["\${OUTCOME}" != "done"]?down,1)`,
      `GotoIf($["\${STATUS}" != "suspended"]?nothing,1)`,
      'Set(MENU=${SOUNDS})',
      'Goto(again,1)',
    ]),
    extension('again', [`Background(\${MENU})`, `WaitExten(${firstDigitSeconds})`]),
    extension('9', ['Goto(again,1)']),
    extension('i', ['Set(TRIES=$[${TRIES}+1])', 'GotoIf($[${TRIES} > 2]?down,1)', 'Goto(again,1)']),
    extension('t', ['Goto(i,1)']),
    extension('1', [
      ...ask('unlock', { contract: `\${CONTRACT}`, call: `\${UNIQUEID}` }),
      `GotoIf($["\${OUTCOME}" != "done"]?nothing,1)`,
      `Playback(\${SOUNDS})`,
      ...end,
    ]),
    extension('2', [
      ...ask('invoices', { contract: `\${CONTRACT}` }),
      `GotoIf($["\${OUTCOME}" != "done"]?down,1)`,
      `Playback(\${SOUNDS})`,
      ...end,
    ]),
    extension('nothing', [`Playback(${sound('unlock_nothing_to_do')})`, ...end]),
    extension('down', [`Playback(${sound('system_unavailable')})`, ...end]),
    '',
  ].join('\n');
}

function extension(name: string, applications: readonly string[]): string {
  return applications.map((each, i) => (i === 0 ? `exten => ${name},1,${each}` : ` same => n,${each}`)).join('\n');
}

function sound(id: string): string {
  return join(promptsFolder, 'pt-BR', id);
}

function pairs(query: Readonly<Record<string, string>>): string[] {
  return Object.entries(query).map(([name, value]) => `${name}=${value}`);
}
