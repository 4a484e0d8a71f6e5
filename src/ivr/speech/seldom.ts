import type { Logger } from '../../kernel/logger.ts';

/** Logs a warning the first time, and again a minute later if it lasts. */
export type SeldomWarning = (about: string, message: string, details?: Readonly<Record<string, unknown>>) => void;

const silenceMs = 60_000;

/** A broken part is met by every call; its warning must not fill the disk. */
export function warnSeldom(log: Logger, nowMs: () => number): SeldomWarning {
  const nextAt = new Map<string, number>();
  return (about, message, details = {}) => {
    const now = nowMs();
    if (now < (nextAt.get(about) ?? -Infinity)) return;
    nextAt.set(about, now + silenceMs);
    log.warn({ about, ...details }, message);
  };
}
