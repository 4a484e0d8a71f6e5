import { findRuntime } from './fetch-runtime.ts';
import { type RuntimeCommand, runtimeCommand } from './runtime-root.ts';

type Program = (args: readonly string[]) => RuntimeCommand;

/** The voice and the sound tool of the fetched parts; empty when they were never fetched (an Asterisk elsewhere is used). */
export function speechPrograms(cache: string): { readonly rhvoice?: Program; readonly sox?: Program } {
  const root = findRuntime(cache, 'telephony');
  if (root === undefined) return {};
  return {
    rhvoice: (args) => runtimeCommand(root, 'rhvoice', args),
    sox: (args) => runtimeCommand(root, 'sox', args),
  };
}
