import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { allFragmentRecordings } from './fragments.ts';
import { type Prompt, parsePrompt, promptRecordings } from './prompt.ts';
import type { Recording } from './recording.ts';

const promptFile = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, 'an id has lower-case letters, digits and underscores'),
  z.string().trim().min(1, 'a prompt needs a text'),
);

/** The prompts of a language by id. */
export type Catalogue = ReadonlyMap<string, Prompt>;

/**
 * Reads a prompt file: `id: text` a line, `{slot}` where something is filled in.
 * @throws AppError `invalid_configuration`, naming the file and the line or id
 */
export function readCatalogue(path: string): Catalogue {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid_configuration', `The prompt file ${path} cannot be read: ${reason}`, { path }, error);
  }
  const parsed = promptFile.safeParse(content);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AppError('invalid_configuration', `The prompt file ${path} is wrong. ${problems.join('; ')}.`, {
      path,
      problems,
    });
  }
  return new Map(Object.entries(parsed.data).map(([id, text]) => [id, parsePrompt(id, text)]));
}

/** Everything that is recorded ahead for a language: its prompts and the pieces of numbers. */
export function allRecordings(catalogue: Catalogue): Recording[] {
  return [...[...catalogue.values()].flatMap(promptRecordings), ...allFragmentRecordings()];
}
