import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What Prometheus is told of our talk with Asterisk. */
export interface AriMetrics {
  readonly requests: Counter<'operation' | 'outcome'>;
  readonly requestSeconds: Histogram;
  readonly events: Counter<'type'>;
  readonly connections: Counter;
  readonly connected: Gauge;
  readonly channels: Gauge;
}

/** Registers the metrics of the telephony room. */
export function createAriMetrics(registry: Registry): AriMetrics {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'uirapuru_ari_requests_total',
      help: 'Requests to Asterisk by operation and outcome (done, refused, lost).',
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'uirapuru_ari_request_seconds',
      help: 'Time from a request to its answer.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    }),
    events: new Counter({
      name: 'uirapuru_ari_events_total',
      help: 'Events from Asterisk by type.',
      labelNames: ['type'],
      registers,
    }),
    connections: new Counter({
      name: 'uirapuru_ari_connections_total',
      help: 'Times the event socket was opened: reconnections plus one.',
      registers,
    }),
    connected: new Gauge({
      name: 'uirapuru_ari_connected',
      help: '1 while calls reach us: socket open, state reconciled.',
      registers,
    }),
    channels: new Gauge({
      name: 'uirapuru_calls',
      help: 'Callers with us right now.',
      registers,
    }),
  };
}
