import type { Access, Alert } from '../erp/port.ts';
import { localDate, localTime } from '../kernel/clock.ts';
import type { Utterance } from './speech/utterance.ts';

/** What is said of alerts, outages with their forecast first. */
export function alertWords(of: 'provider' | 'contract', alerts: readonly Alert[], timeZone: string): Utterance[] {
  const outages = alerts.filter((alert) => alert.kind === 'outage');
  const notices = alerts.filter((alert) => alert.kind === 'notice');
  const outagePrompt = of === 'provider' ? 'mass_outage' : 'access_outage';
  const noticePrompt = of === 'provider' ? 'provider_alert' : 'subscriber_alert';
  return [
    ...outages.flatMap((alert) => [withForecast(outagePrompt, alert.forecast, timeZone), { text: alert.text }]),
    ...notices.map((alert) => ({ say: noticePrompt, with: { alert: { text: alert.text } } })),
  ];
}

/** What is said of a subscriber's connection; nothing when the ERP knows no more than "other". */
export function accessWords(access: Access, timeZone: string): Utterance[] {
  switch (access.state) {
    case 'online':
      return [{ say: 'support_online' }];
    case 'offline':
      return [{ say: 'support_offline' }];
    case 'maintenance':
      return [withForecast('access_maintenance', access.forecast, timeZone)];
    case 'concentrator_down':
      return [withForecast('access_outage', access.forecast, timeZone)];
    case 'other':
    default:
      return [];
  }
}

function withForecast(prompt: string, forecast: Date | undefined, timeZone: string): Utterance {
  if (forecast === undefined) return { say: prompt };
  const date = { date: localDate(forecast, timeZone) };
  return { say: `${prompt}_forecast`, with: { date, time: { time: localTime(forecast, timeZone) } } };
}
