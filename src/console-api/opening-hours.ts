import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import { namedSchedule, openingSchedule, scheduleName } from '../exchange/schemas.ts';
import type { OpeningHours } from '../exchange/service.ts';
import { nationalHolidays } from '../kernel/national-holidays.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

const security = [{ bearer: [] }];
const byName = z.object({ name: scheduleName });
const ofYear = z.object({ year: z.coerce.number().int().min(1900).max(2999) });
const holiday = z.object({ date: z.iso.date(), name: z.string(), optional: z.boolean() });

/**
 * `/api/opening-hours`: when people answer, by name; any token reads, an administrator's puts and removes.
 * `/api/national-holidays/<year>`: the days that a schedule's switch closes.
 */
export function openingHoursRoutes(app: TypedApp, gate: Gate, hours: OpeningHours): void {
  const schedules = z.object({ schedules: z.array(namedSchedule) });
  app.get('/opening-hours', { schema: { security, response: { 200: schedules } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { schedules: await hours.list(tenantId) };
  });
  const putting = { security, params: byName, body: openingSchedule, response: { 200: namedSchedule } };
  app.put('/opening-hours/:name', { schema: putting }, async (request) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    return hours.put(tenantId, request.params.name, request.body);
  });
  const removing = { security, params: byName, response: { 204: z.void() } };
  app.delete('/opening-hours/:name', { schema: removing }, async (request, reply) => {
    const { tenantId } = await admitBearer(gate, request, 'administrator');
    await hours.remove(tenantId, request.params.name);
    return reply.code(204).send();
  });
  const holidays = z.object({ holidays: z.array(holiday) });
  const asking = { security, params: ofYear, response: { 200: holidays } };
  app.get('/national-holidays/:year', { schema: asking }, async (request) => {
    await admitBearer(gate, request);
    return { holidays: nationalHolidays(request.params.year) };
  });
}
