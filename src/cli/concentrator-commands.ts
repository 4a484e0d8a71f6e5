import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { z } from 'zod';
import {
  forgetControl,
  type ListedConcentrator,
  listConcentrators,
  setControl,
} from '../isp/network/concentrator-control.ts';
import type { Concentrators } from '../isp/network/concentrators.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { kinds, type OfTenant, ordinal, readCommandLine } from './command-line.ts';

/** What `npm run concentrators` was asked to do. */
export type ConcentratorCommand = OfTenant &
  (
    | { readonly act: 'list' }
    | { readonly act: 'forget' | 'check'; readonly id: number }
    | {
        readonly act: 'set';
        readonly id: number;
        readonly secretFile: string;
        readonly address: string | undefined;
        readonly port: number;
      }
  );

const address = z.string().refine((text) => isIP(text) !== 0, 'The address must be an IP address.');

/** @throws AppError `bad_request` with the way it is used */
export function readConcentratorCommand(args: readonly string[]): ConcentratorCommand {
  return readCommandLine(args, {
    name: 'concentrators',
    uses: ['list', 'set NUMBER --secret-file FILE [--address IP] [--port 3799]', 'check NUMBER', 'forget NUMBER'],
    words: 2,
    settings: { secretFile: kinds.text, address, port: ordinal.max(65_535) },
    read([act, id], { secretFile, address: at, port = 3799 }) {
      if (act === 'list' && id === undefined) return { act };
      if (act === 'forget' || act === 'check') return { act, id: ordinal.parse(id) };
      if (act !== 'set') return undefined;
      if (secretFile === undefined) throw new Error('Name the file that holds the secret.');
      return { act, id: ordinal.parse(id), secretFile, address: at, port };
    },
  });
}

/** Does it, and says it. @returns lines for the terminal; none of them holds a secret */
export async function runConcentratorCommand(
  db: Database,
  tenantId: number,
  concentrators: Concentrators,
  command: ConcentratorCommand,
): Promise<string[]> {
  const owner = { db, tenantId };
  if (command.act === 'list') return listLines(await listConcentrators(owner));
  const { id } = command;
  if (command.act === 'forget') {
    const known = await forgetControl(owner, id);
    return [known ? `Concentrator ${id} is not asked any more.` : `Concentrator ${id} was not set.`];
  }
  if (command.act === 'set') {
    const { address: at, port } = command;
    await setControl(owner, id, { address: at, port, secret: await secretIn(command.secretFile) });
  }
  return [await checkLine(owner, concentrators, id)];
}

async function secretIn(file: string): Promise<string> {
  const secret = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('bad_request', `The file with the secret cannot be read: ${file}.`, { file }, error);
  });
  if (secret.trim() !== '') return secret.trim();
  throw new AppError('bad_request', `The file with the secret is empty: ${file}.`, { file });
}

async function checkLine(
  owner: { readonly db: Database; readonly tenantId: number },
  concentrators: Concentrators,
  id: number,
): Promise<string> {
  const listed = (await listConcentrators(owner)).find(({ equipmentId }) => equipmentId === id);
  if (listed?.control === undefined || listed.nasAddress === undefined) {
    return `It is not set how concentrator ${id} is asked.`;
  }
  const place = `${listed.control.address}, port ${listed.control.port}`;
  const answers = await concentrators.answers(owner, listed.nasAddress, new AbortController().signal);
  if (answers) return `Concentrator ${id} answers (${place}).`;
  return (
    `Concentrator ${id} does not answer (${place}). It must list this machine's address with the same secret, ` +
    'UDP must pass, and its clock must be right. Until it has answered once, accounting alone tells who is online.'
  );
}

function listLines(concentrators: readonly ListedConcentrator[]): string[] {
  if (concentrators.length === 0) return ['There are no concentrators.'];
  return concentrators.map(({ equipmentId, name, nasAddress = 'no address', control }) => {
    const asked =
      control === undefined
        ? 'not asked'
        : `asked at ${control.address}, port ${control.port}, ${answeredWhen(control.answeredAt)}`;
    return `${equipmentId}  ${name}  ${nasAddress}  ${asked}`;
  });
}

function answeredWhen(answeredAt: Date | undefined): string {
  return answeredAt === undefined ? 'never answered' : `answers (noted ${answeredAt.toISOString().slice(0, 10)})`;
}
