/** What one look at the lease shows to a control plane that wants it. */
export interface LeaseLook {
  /** By a clock that only goes forward, in milliseconds. */
  readonly atMs: number;
  readonly term: number;
  readonly renewals: number;
  /** Whether a connection holds the lock that the holder keeps. */
  readonly isLocked: boolean;
  /** Held by a process of our own home, which is dead: we have its home. */
  readonly isOurHome: boolean;
}

/** What was seen so far by who stands by. */
export interface Watch {
  readonly last: LeaseLook;
  /** Since when, without a gap, nothing was renewed, and since when nobody held the lock. */
  readonly unchangedSinceMs: number;
  readonly freeSinceMs: number | undefined;
}

/** A holder whose PostgreSQL was started again needs a moment to take its lock again. */
const freeMs = 1_500;
/** A holder that was frozen for `doubtAfterMs` asks before it acts: this is longer, by its slowest renewal and our own pause. */
const frozenMs = 8_000;
/** Looks further apart say nothing of the holder: it may be us, or the database, who slept. */
const longestGapMs = 2_000;

/**
 * Whether who wants the lease may take it now. Pure.
 * @param before what was seen by the looks before this one; undefined at the first
 */
export function judge(before: Watch | undefined, look: LeaseLook): { readonly watch: Watch; readonly take: boolean } {
  const isAwake = before !== undefined && look.atMs - before.last.atMs <= longestGapMs;
  const isSame = isAwake && before.last.term === look.term && before.last.renewals === look.renewals;
  const unchangedSinceMs = isSame ? before.unchangedSinceMs : look.atMs;
  const freeSinceMs = look.isLocked ? undefined : ((isSame ? before.freeSinceMs : undefined) ?? look.atMs);
  const isFree = freeSinceMs !== undefined && (before === undefined || look.atMs - freeSinceMs >= freeMs);
  const isFrozen = look.atMs - unchangedSinceMs >= frozenMs;
  return { watch: { last: look, unchangedSinceMs, freeSinceMs }, take: look.isOurHome || isFree || isFrozen };
}
