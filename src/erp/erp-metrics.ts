import { Gauge, Histogram, type Registry } from 'prom-client';

export interface ErpMetrics {
  /** An operation ended, with the outcome's kind (and reason when it was unavailable). */
  observe(operation: string, outcome: string, seconds: number): void;
  breakerOpen(open: boolean): void;
}

/** The figures of one ERP under `/metrics`; several ERPs share the same two families, told apart by `erp`. */
export function createErpMetrics(registry: Registry, erp: string): ErpMetrics {
  const durations = family(registry, durationName, () => {
    const labelNames = ['erp', 'operation', 'outcome'];
    const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 8];
    const help = 'Time an ERP operation took, by outcome';
    return new Histogram({ name: durationName, help, labelNames, buckets, registers: [registry] });
  });
  const open = family(registry, breakerName, () => {
    const help = '1 while the ERP is not asked because it did not answer';
    return new Gauge({ name: breakerName, help, labelNames: ['erp'], registers: [registry] });
  });
  open.set({ erp }, 0);
  return {
    observe: (operation, outcome, seconds) => durations.observe({ erp, operation, outcome }, seconds),
    breakerOpen: (isOpen) => open.set({ erp }, isOpen ? 1 : 0),
  };
}

const durationName = 'uirapuru_erp_operation_seconds';
const breakerName = 'uirapuru_erp_breaker_open';

function family<M>(registry: Registry, name: string, make: () => M): M {
  return (registry.getSingleMetric(name) as M | undefined) ?? make();
}
