import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { AppError } from '../kernel/errors.ts';

/** A way to run PostgreSQL, which refuses to run as root. */
export interface RunAs {
  /** For messages. */
  readonly name: 'as we are' | 'user namespace' | 'other user';
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Who the data folder must belong to. */
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** An entry of the machine's list of users. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Ways for root to run a program without being root, best first.
 *
 * In a user namespace root's own files stay reachable, also below /root, and stay root's, while `geteuid()` is not 0.
 * Where containers forbid that, another user who keeps the one right to reach files does the same.
 */
export function waysForRoot(account: Account): RunAs[] {
  const { uid, gid } = account;
  return [
    {
      name: 'user namespace',
      prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'],
      owner: { uid: 0, gid: 0 },
    },
    {
      name: 'other user',
      prefix: [
        'setpriv',
        `--reuid=${uid}`,
        `--regid=${gid}`,
        '--clear-groups',
        '--inh-caps=-all,+dac_override',
        '--ambient-caps=-all,+dac_override',
        '--',
      ],
      owner: account,
    },
  ];
}

/** The least privileged account of a passwd(5) file that serves: initdb wants one with a name. */
export function unprivilegedAccount(passwd: string): Account | undefined {
  const rows = passwd.split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody', 'daemon']) {
    const row = rows.find(([name]) => name === wanted);
    const [uid, gid] = [Number(row?.[2]), Number(row?.[3])];
    if (row !== undefined && uid > 0 && gid >= 0) return { uid, gid };
  }
  return undefined;
}

/**
 * Finds out by trying how PostgreSQL's programs can be run here.
 * @param trial a harmless command of PostgreSQL, such as `postgres --version`
 * @throws AppError `no_permission` when we are root and no way works.
 */
export async function findRunAs(trial: readonly string[]): Promise<RunAs> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { name: 'as we are', prefix: [], owner: { uid, gid } };
  const account = unprivilegedAccount(readFileSync('/etc/passwd', 'utf8'));
  for (const way of account === undefined ? [] : waysForRoot(account)) {
    if (await works([...way.prefix, ...trial])) return way;
  }
  throw new AppError(
    'no_permission',
    'PostgreSQL refuses to run as root, and neither unshare nor setpriv (package util-linux) lets it run as another user here. ' +
      'Start Uirapuru as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

async function works(command: readonly string[]): Promise<boolean> {
  const [file = '', ...args] = command;
  try {
    await promisify(execFile)(file, args, { cwd: '/' });
    return true;
  } catch {
    return false; // The answer we asked for: this way is closed here.
  }
}
