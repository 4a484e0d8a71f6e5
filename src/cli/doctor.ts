import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { AppError } from '../kernel/errors.ts';
import { requireTaxId, type TaxId } from '../kernel/tax-id.ts';
import {
  type Finding,
  lookAtDatabase,
  lookAtHome,
  lookAtMachine,
  lookAtPorts,
  lookAtTelephony,
} from './doctor-checks.ts';
import { lookAtErp } from './doctor-erp.ts';
import { explain } from './exit.ts';

/**
 * Says what is found, what is missing and what to do about it (`npm run doctor`), or the same of the configured ERP alone
 * (`npm run doctor -- erp [--document CPF]`).
 */
async function doctor(): Promise<number> {
  const { erpAlone, document } = readArguments();
  const config = readConfig(process.env);
  const findings = erpAlone
    ? await lookAtErp(config, document)
    : [
        ...(await lookAtMachine(config)),
        ...(await lookAtHome(config)),
        ...(await lookAtDatabase(config)),
        ...(await lookAtTelephony(config)),
        ...(await lookAtPorts(config)),
      ];
  process.stdout.write(renderFindings(findings));
  return findings.some((finding) => finding.state === 'missing') ? 69 : 0;
}

function readArguments(): { readonly erpAlone: boolean; readonly document: TaxId | undefined } {
  const usage = 'Use: npm run doctor, or npm run doctor -- erp [--document CPF]';
  try {
    const { values, positionals } = parseArgs({ options: { document: { type: 'string' } }, allowPositionals: true });
    const [what, ...more] = positionals;
    if ((what ?? 'erp') !== 'erp' || more.length > 0)
      throw new Error(`There is nothing to look at by the name ${what}.`);
    const document = values.document === undefined ? undefined : requireTaxId(values.document);
    return { erpAlone: what === 'erp', document };
  } catch (error) {
    throw new AppError('bad_request', `${error instanceof Error ? error.message : ''}\n${usage}`, {}, error);
  }
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
  const verdict = missing === 0 ? 'Nothing needed is missing.' : `${missing} missing; what to do is said at each.`;
  return `${rows.join('\n')}\n\n${verdict}\n`;
}

try {
  process.exitCode = await doctor();
} catch (error) {
  process.exitCode = explain(error);
}
