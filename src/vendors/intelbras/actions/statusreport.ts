import { z } from 'zod';
import type { ReportedCall } from '../../../calls/service.ts';
import { optional, text } from '../../liberal-values.ts';
import { pbxAction } from '../action.ts';
import { askedDates, askedStretch } from '../dates.ts';
import { callReport } from '../mapping.ts';
import { callReportRow, refusals } from '../wire.ts';

/** "A quantidade máxima de registros retornados será sempre de 500 ou menos." */
const mostRows = 500;

/**
 * "Chamadas - Informações de Chamadas e Gravações Report": calls that ended from a date on, today's without one; or one, by
 * the id that clicktocall gave, its unique id, or the id in an earlier report.
 */
export const statusReport = pbxAction({
  name: 'statusreport',
  summary: 'Calls that ended from an instant on, at most 500, the oldest first; or one by its id',
  rows: callReportRow,
  request: z.object({ ...askedDates, id: optional(text(100)) }),
  async run({ callLog, recordings, caller, timeZone, exchange, now }, asked) {
    const describe = async (calls: readonly ReportedCall[]) => {
      const recorded = await recordings.of(calls.map(({ id }) => id));
      return calls.map((call) => callReport(call, recorded.get(call.id), exchange, timeZone));
    };
    if (asked.id !== undefined) {
      const call = await callLog.findReported(caller.tenantId, asked.id.trim());
      return describe(call === undefined ? [] : [call]);
    }
    const stretch = askedStretch(asked, timeZone, now);
    if (typeof stretch === 'string') return refusals.invalid(stretch);
    const calls = await callLog.report(caller.tenantId, { ...stretch, limit: mostRows });
    return describe(calls);
  },
});
