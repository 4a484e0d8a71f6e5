import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';

/** What each setting may be as it is typed, by its name: `ringSeconds` is typed `--ring-seconds`. All may be left out. */
type Settings = Readonly<Record<string, z.ZodType>>;
type Typed<S extends Settings> = { readonly [name in keyof S]?: z.output<S[name]> };

/** How the words of one command are read. */
interface CommandLine<S extends Settings, Command> {
  /** `npm run NAME -- USE` for each of its ways to be used, and notes about what stands in them. */
  readonly name: string;
  readonly uses: readonly string[];
  readonly notes?: readonly string[];
  /** Whether it is about the whole installation; otherwise it is about one tenant, which `--tenant` names. */
  readonly ofInstallation?: boolean;
  readonly settings: S;
  /** How many words it has at most. */
  readonly words: number;
  /** @returns undefined when these words are none of its own. @throws Error with what is wrong with them */
  read(words: readonly [act: string, ...more: string[]], settings: Typed<S>): Command | undefined;
}

/** Which tenant a command is about; undefined: the first, since most installations have one. */
export interface OfTenant {
  readonly tenant: number | undefined;
}

/** The number of a tenant, a place or a row. */
export const ordinal = z.coerce.number('must be a number').int().min(1);

/** Kinds of settings that many commands have. */
export const kinds = {
  text: z.string(),
  /** An empty word takes away what was set. */
  textOrNothing: z.string().transform((word) => (word === '' ? null : word)),
  yesOrNo: z.enum(['yes', 'no']).transform((word) => word === 'yes'),
  list: z.string().transform((words) => words.split(',').filter((one) => one !== '')),
  number: z.coerce.number(),
  /** Said by its name alone. */
  flag: z.boolean(),
  /** May be said again and again. */
  texts: z.array(z.string()),
};

/** Reads what a command was asked to do. @throws AppError `bad_request`: what is wrong with it, and how it is used */
export function readCommandLine<S extends Settings, Command>(
  args: readonly string[],
  line: CommandLine<S, Command>,
): Command & OfTenant {
  try {
    const settings: Settings = { ...line.settings, ...(line.ofInstallation === true ? {} : { tenant: ordinal }) };
    const names = Object.keys(settings);
    const options = Object.fromEntries(names.map((name) => [optionOf(name), typeOf(settings[name])]));
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const said = Object.fromEntries(names.map((name) => [name, values[optionOf(name)]]));
    const { tenant, ...typed } = z.object(settings).partial().parse(said);
    if (positionals.length > line.words) throw new Error('A name with blanks needs quotation marks.');
    const [act, ...more] = positionals;
    if (act === undefined) throw new Error('Say what to do.');
    const command = line.read([act, ...more], typed as Typed<S>);
    if (command === undefined) throw new Error(`"${positionals.join(' ')}" is not known.`);
    return { ...command, tenant: ordinal.optional().parse(tenant) };
  } catch (error) {
    throw new AppError('bad_request', `${problemOf(error)}\n${usageOf(line)}`, {}, error);
  }
}

/** A change as it is. @throws Error when it changes nothing */
export function someChange<T extends object>(change: T): T {
  if (Object.values(change).every((value) => value === undefined)) throw new Error('Say what to change.');
  return change;
}

function optionOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function typeOf(kind: z.ZodType | undefined): NonNullable<ParseArgsConfig['options']>[string] {
  if (kind instanceof z.ZodBoolean) return { type: 'boolean' };
  return { type: 'string', multiple: kind instanceof z.ZodArray };
}

function usageOf<S extends Settings>({ name, uses, notes = [], ofInstallation }: CommandLine<S, unknown>): string {
  const lines = [
    ...uses.map((use) => `npm run ${name} -- ${use}`),
    ...notes,
    ...(ofInstallation === true ? [] : ['and with each, where there are several tenants: --tenant NUMBER']),
  ];
  return `Use: ${lines.join('\n     ')}`;
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
