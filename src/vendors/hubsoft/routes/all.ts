import type { ApiRoute } from '../route.ts';

/** Every route served below `/api/v1/integracao/`, in the documentation's order; then those of later versions. */
export const apiRoutes: readonly ApiRoute[] = [];
