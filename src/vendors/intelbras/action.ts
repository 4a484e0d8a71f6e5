import { z } from 'zod';
import type { Identity } from '../../access/service.ts';
import type { Agents } from '../../agents/service.ts';
import type { CallLog, Recordings } from '../../calls/service.ts';
import type { Exchange, RemoteControl, Tenants } from '../../exchange/service.ts';
import { text } from '../liberal-values.ts';
import type { FlatAnswer } from './wire.ts';

/** What a tenant's exchange lets programs see and do. */
export interface PbxExchange {
  readonly timeZone: string;
  readonly exchange: Pick<Exchange, 'extensions' | 'extension' | 'destination'>;
  readonly callLog: Pick<CallLog, 'live' | 'report' | 'findReported'>;
  readonly recordings: Pick<Recordings, 'liveName' | 'of' | 'open'>;
  readonly remote: RemoteControl;
  readonly tenants: Pick<Tenants, 'setBlocked'>;
  readonly agents: Pick<Agents, 'operations'>;
  /** Numbers of the extensions that have a phone. */
  readonly registered: () => Promise<ReadonlySet<string>>;
}

/** Who asks, and of which exchange. */
export interface PbxCall extends PbxExchange {
  readonly caller: Identity;
  readonly now: Date;
}

type Answer = FlatAnswer | readonly object[];

/** One `acao` of the API. */
export interface PbxAction {
  readonly name: string;
  /** What it does, for who reads the OpenAPI document. */
  readonly summary: string;
  readonly request: z.ZodObject;
  /** What it answers besides what is flat. */
  readonly rows?: z.ZodType;
  run(call: PbxCall, asked: never): Promise<Answer>;
}

interface Definition<Shape extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly rows?: z.ZodType;
  readonly request: Shape;
  run(call: PbxCall, asked: z.infer<Shape>): Promise<Answer>;
}

export function pbxAction<Shape extends z.ZodObject>(definition: Definition<Shape>): PbxAction {
  return definition;
}

/** A field that must be there: text or a number, at most 254 characters as the manual's open fields. */
export const required = text(254)
  .transform((value) => value.trim())
  .refine((value) => value !== '');
