/** How many messages a second go out, and for single mail domains another number. */
export interface Pace {
  readonly perSecond: number;
  readonly byDomain: Readonly<Record<string, number>>;
}

/** Between one in ten seconds and a thousand a second. */
const slowest = 0.1;
const fastest = 1_000;

/**
 * Reads a setting such as `10` or `10,gmail.com=2`: so many a second to each domain, and other numbers for some.
 * @returns undefined when it is none
 */
export function parsePace(setting: string): Pace | undefined {
  const [rate = '', ...exceptions] = setting.split(',').map((part) => part.trim());
  const perSecond = parseRate(rate);
  const pairs = exceptions.map((part) => part.split('='));
  const entries = pairs.map(([domain = '', own = '']) => [domain.toLowerCase(), parseRate(own)] as const);
  if (perSecond === undefined || entries.some(([domain, own]) => domain === '' || own === undefined)) return undefined;
  return { perSecond, byDomain: Object.fromEntries(entries) as Record<string, number> };
}

/** The least time between two messages to a domain. */
export function paceMs(pace: Pace, domain: string): number {
  return 1_000 / (pace.byDomain[domain] ?? pace.perSecond);
}

function parseRate(text: string): number | undefined {
  const rate = Number(text);
  return /^\d+(?:\.\d+)?$/.test(text) && rate >= slowest && rate <= fastest ? rate : undefined;
}
