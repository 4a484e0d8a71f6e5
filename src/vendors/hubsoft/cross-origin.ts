import type { FastifyCorsOptions } from '@fastify/cors';

/**
 * Pages of any origin may ask, as the documentation's own does from a browser (chapter 10.1). Nothing is let in by what a
 * browser sends of itself, such as a cookie: who has no token, or no secrets to get one, gets nothing from any page.
 */
export const crossOrigin: FastifyCorsOptions = {
  origin: '*',
  methods: ['GET', 'POST', 'PUT'],
  exposedHeaders: ['Retry-After'],
  maxAge: 7_200,
  // Also to a monitor that asks with OPTIONS and no origin.
  strictPreflight: false,
};
