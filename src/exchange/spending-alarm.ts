import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { localDateTime } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { alarmTopic, recordLive } from '../live/service.ts';
import type { Messaging } from '../messaging/service.ts';
import type { Database } from '../storage/database.ts';
import type { SpendingTrip } from './schemas.ts';

interface Parts {
  readonly db: Database;
  readonly tenantId: number;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly messaging: Pick<Messaging, 'sendEmail'>;
  /** Who is written to; undefined: nobody. */
  readonly alarmEmail: string | undefined;
}

/**
 * Tells that a limit of spending was reached: in the metrics, in the live stream (`spending.tripped`), and by e-mail.
 * @returns a function that never rejects
 */
export function createSpendingAlarm(parts: Parts): (trip: SpendingTrip) => Promise<void> {
  const { db, tenantId, timeZone, clock, logger, messaging, alarmEmail } = parts;
  const counter = spendingTrips(parts.metrics);

  async function toListeners(trip: SpendingTrip): Promise<void> {
    await recordLive(db, { tenantId, at: clock.now() }, async () => ({
      result: undefined,
      events: [{ topic: alarmTopic, type: 'spending.tripped', data: { ...trip } }],
    }));
  }

  async function byEmail(trip: SpendingTrip): Promise<void> {
    if (alarmEmail === undefined) return;
    const outcome = await messaging.sendEmail({
      tenantId,
      to: alarmEmail,
      ...letterOf(trip, timeZone),
      dedupeKey: `spending ${trip.scope} ${trip.subject} ${trip.measure} ${trip.trippedAt}`,
    });
    if (outcome === 'refused')
      logger.error({ to: alarmEmail }, 'the address for alarms is none that can be written to');
  }

  return async (trip) => {
    counter.inc({ scope: trip.scope, measure: trip.measure });
    for (const told of await Promise.allSettled([toListeners(trip), byEmail(trip)])) {
      if (told.status === 'rejected')
        logger.error({ err: told.reason }, 'not everybody was told of a limit of spending');
    }
  };
}

/** One counter for all tenants. */
function spendingTrips(metrics: Registry): Counter<'scope' | 'measure'> {
  const name = 'uirapuru_spending_trips_total';
  const known = metrics.getSingleMetric(name) as Counter<'scope' | 'measure'> | undefined;
  const help = 'Limits of spending on calls that were reached';
  return known ?? new Counter({ name, help, labelNames: ['scope', 'measure'], registers: [metrics] });
}

const subjects = {
  extension: (number: string) => `o ramal ${number}`,
  tenant: () => 'a central inteira',
  class: (kind: string) => `chamadas do tipo "${kind}"`,
  prefix: (prefix: string) => `chamadas para números que começam com ${prefix}`,
} as const;

function letterOf(
  { scope, subject, measure, until }: SpendingTrip,
  timeZone: string,
): { subject: string; text: string } {
  const what = subjects[scope](subject);
  const most = measure === 'calls' ? 'de chamadas por hora' : 'de minutos por dia';
  return {
    subject: `Limite de gastos atingido: ${what}`,
    text: [
      `O limite ${most} para ${what} foi atingido. Novas chamadas externas que ele abrange são recusadas até ${localDateTime(new Date(until), timeZone)}; chamadas de emergência continuam.`,
      'Se ninguém esperava tantas chamadas, troque já as senhas dos ramais: pode ser uma fraude.',
      `Para liberar antes: npm run spending -- reset ${scope} ${scope === 'tenant' ? '' : `'${subject}'`}`.trimEnd(),
    ].join('\n\n'),
  };
}
