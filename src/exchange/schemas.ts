import { z } from 'zod';

/** A phone's number inside the exchange, with what the phone needs to register. */
export const extension = z.object({
  number: z.string().regex(/^\d{2,8}$/),
  password: z.string().min(8),
  callerName: z.string().max(60),
  /** Whether a browser may register as it over a WebSocket. */
  web: z.boolean(),
  /** Whether it rings when a call comes and the control plane is not there. */
  fallback: z.boolean(),
});
export type Extension = z.infer<typeof extension>;

/** What a dialled number leads to. */
export type Destination =
  | { readonly kind: 'extension'; readonly extensions: readonly [string] }
  | { readonly kind: 'group'; readonly extensions: readonly string[] }
  | { readonly kind: 'flow'; readonly flow: string }
  | { readonly kind: 'unknown' };
