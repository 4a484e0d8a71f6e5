import type { ApiRoute } from '../route.ts';
import { cliente } from './cliente.ts';
import { clienteAll } from './cliente-all.ts';
import { clienteTodos } from './cliente-todos.ts';

/** Every route served below `/api/v1/integracao/`, in the documentation's order; then those of later versions. */
export const apiRoutes: readonly ApiRoute[] = [clienteAll, cliente, clienteTodos];
