export interface History {
  readonly wasReady: boolean;
  readonly quickDeaths: number;
}

/** How one life of the control plane ended: by code or by signal. */
export interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly ready: boolean;
  /** It did not answer any more, and was ended for it. */
  readonly hung: boolean;
  readonly livedMs: number;
}

export type Decision =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'restart'; readonly history: History; readonly pauseMs: number; readonly sentence: string }
  | { readonly kind: 'give up'; readonly history: History; readonly sentence: string };

export declare function afterDeath(history: History, end: End): Decision;
