import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowJsonSchema } from '../src/ivr/json-schema.ts';
import { flowsFolder } from '../src/ivr/library.ts';

// Run it after a kind of node changed, then `biome check --write flows`; a test fails until it is done.
writeFileSync(join(flowsFolder, 'flow.schema.json'), JSON.stringify(flowJsonSchema(), null, 2));
