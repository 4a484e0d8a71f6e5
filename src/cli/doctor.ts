import { readConfig } from '../config.ts';
import {
  type Finding,
  lookAtDatabase,
  lookAtHome,
  lookAtMachine,
  lookAtPorts,
  lookAtTelephony,
} from './doctor-checks.ts';
import { explain } from './exit.ts';

/** Says what is found, what is missing and what to do about it (`npm run doctor`). */
async function doctor(): Promise<number> {
  const config = readConfig(process.env);
  const findings = [
    ...(await lookAtMachine(config)),
    ...(await lookAtHome(config)),
    ...(await lookAtDatabase(config)),
    ...(await lookAtTelephony(config)),
    ...(await lookAtPorts(config)),
  ];
  process.stdout.write(renderFindings(findings));
  return findings.some((finding) => finding.state === 'missing') ? 69 : 0;
}

/** A table for the terminal. */
function renderFindings(findings: readonly Finding[]): string {
  const signs = { found: 'found  ', absent: 'later  ', missing: 'MISSING' } as const;
  const width = Math.max(...findings.map((finding) => finding.what.length));
  const rows = findings.map(
    ({ what, state, detail, remedy }) =>
      `${signs[state]}  ${what.padEnd(width)}  ${detail}${remedy === undefined ? '' : `\n${' '.repeat(width + 11)}-> ${remedy}`}`,
  );
  const missing = findings.filter((finding) => finding.state === 'missing').length;
  const verdict =
    missing === 0 ? 'Nothing needed is missing: npm start' : `${missing} missing; what to do is said at each.`;
  return `${rows.join('\n')}\n\n${verdict}\n`;
}

try {
  process.exitCode = await doctor();
} catch (error) {
  process.exitCode = explain(error);
}
