import { createReports } from '../reports/service.ts';
import { runHomeCommand } from './home-command.ts';
import { readReportCommand, runReportCommand } from './report-commands.ts';

/** `npm run reports`: what queues and agents came to. */
runHomeCommand(readReportCommand, async ({ db, pool, clock }, tenantId, command) => {
  const { time_zone: timeZone } = await db
    .selectFrom('tenant')
    .select('time_zone')
    .where('id', '=', tenantId)
    .executeTakeFirstOrThrow();
  const reports = createReports({ database: { db, pool }, clock, timeZone });
  return runReportCommand({ reports, clock, timeZone }, tenantId, command);
});
