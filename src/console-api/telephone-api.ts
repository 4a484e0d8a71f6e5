import type { AddressBlocks } from '../access/service.ts';
import type { Agents } from '../agents/service.ts';
import type { Recordings } from '../calls/service.ts';
import type { OpeningHours, SpendingLimits } from '../exchange/service.ts';
import type { QueueFloor, Queues } from '../queues/service.ts';
import type { Voicemail } from '../voicemail/service.ts';
import { agentRoutes, type Watch } from './agents.ts';
import { blockRoutes } from './blocks.ts';
import { type IceParts, iceServerRoutes } from './ice-servers.ts';
import { openingHoursRoutes } from './opening-hours.ts';
import { queueRoutes } from './queues.ts';
import { recordingRoutes } from './recordings.ts';
import { spendingRoutes } from './spending.ts';
import type { TypedApp } from './typed-app.ts';
import { voicemailRoutes } from './voicemail.ts';

/** What is served of the telephone, besides what a test of HTTP alone can have. */
interface Parts extends IceParts {
  readonly openingHours: OpeningHours;
  readonly queues: Queues;
  readonly spending: SpendingLimits;
  readonly blocks: AddressBlocks;
  readonly voicemail: Voicemail;
  /** What a tenant has of its own. @throws AppError `not_found` */
  readonly tenantOf: (tenantId: number) => {
    readonly recordings: Recordings;
    readonly agents: Agents;
    readonly watch: Watch;
    readonly queues: Pick<QueueFloor, 'live' | 'move'>;
  };
}

/** The API of what runs on the telephone exchange, below `/api`. */
export async function serveTelephoneApi(http: TypedApp, parts: Parts): Promise<void> {
  const { gate, tenantOf } = parts;
  const serve = async (api: TypedApp): Promise<void> => {
    recordingRoutes(api, gate, (tenantId) => tenantOf(tenantId).recordings);
    openingHoursRoutes(api, gate, parts.openingHours);
    queueRoutes(api, gate, parts.queues, tenantOf);
    agentRoutes(api, gate, tenantOf);
    spendingRoutes(api, gate, parts.spending);
    blockRoutes(api, gate, parts.blocks);
    voicemailRoutes(api, gate, parts.voicemail);
    iceServerRoutes(api, parts);
  };
  await http.register(async (api) => serve(api.withTypeProvider()), { prefix: '/api' });
}
