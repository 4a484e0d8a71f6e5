/**
 * Completes `package-lock.json` after a dependency was added. npm leaves out the optional parts for other platforms
 * when its registry does not have them, and `npm ci` then refuses the lockfile. This names them again, by version and
 * platform, so that they are passed over where they do not belong.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { missingParts } from './lockfile.ts';

const path = new URL('../package-lock.json', import.meta.url);
const lockfile = JSON.parse(readFileSync(path, 'utf8'));
const missing = missingParts(lockfile);
Object.assign(lockfile.packages, missing);
writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
console.log(`${Object.keys(missing).length} optional parts of other platforms added.`);
