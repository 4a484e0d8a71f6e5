import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { type CallRoutes, createCallRoutes } from '../exchange/service.ts';
import { loadFlows } from '../ivr/library.ts';
import { flowFoldersOf } from '../ivr/plugin.ts';
import { readCatalogue } from '../ivr/speech/catalogue.ts';
import { promptsFolder } from '../ivr/speech/plugin.ts';
import type { Database } from '../storage/database.ts';

/** Whether a system that runs would have a flow of that name. */
export function homeHasFlow(name: string): boolean {
  const { home } = readConfig(process.env);
  return loadFlows(flowFoldersOf(home), readCatalogue(join(promptsFolder, 'pt-BR.yaml'))).has(name);
}

/** Where calls of the home lead; numbers may lead to the flows that a system that runs would have. */
export function homeRoutes(db: Database): CallRoutes {
  return createCallRoutes({ db, hasFlow: homeHasFlow, changed: async () => undefined });
}
