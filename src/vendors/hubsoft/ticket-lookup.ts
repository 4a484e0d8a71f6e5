import type { TicketOpened } from '../../erp/port.ts';
import { localDate } from '../../kernel/clock.ts';
import { momentTold, referenceOf } from '../erp-readings.ts';
import type { Ask, Heard } from './asking.ts';
import { type TicketRead, ticketsRead } from './reads.ts';
import { isNotFound } from './refusals.ts';

/** The most that the documentation allows. */
const latestTickets = 50;

export type TicketLookup = ReturnType<typeof createTicketLookup>;

/** What HubSoft has written down about a service, by `cliente/atendimento` (4.2). */
export function createTicketLookup({ ask, timeZone }: { readonly ask: Ask; readonly timeZone: string }) {
  async function tickets(busca: string, termo: string | number, signal: AbortSignal): Promise<Heard<TicketRead[]>> {
    const fields = {
      busca,
      termo_busca: termo,
      apenas_pendente: 'nao',
      order_by: 'data_cadastro',
      order_type: 'desc',
      limit: latestTickets,
    };
    const heard = await ask('GET', 'cliente/atendimento', fields, ticketsRead, signal);
    if ('read' in heard) return { read: heard.read.atendimentos };
    return 'refusal' in heard && isNotFound(heard.refusal) ? { read: [] } : heard;
  }

  return {
    /** @returns `untold` when none is it, but not every ticket shows its text */
    async byKey(service: number, key: string, signal: AbortSignal): Promise<Heard<TicketRead | 'untold' | undefined>> {
      const heard = await tickets('id_cliente_servico', service, signal);
      if (!('read' in heard)) return heard;
      const reference = referenceOf(key);
      const found = heard.read.find(({ descricao_abertura: text }) => text?.includes(reference));
      if (found !== undefined) return { read: found };
      return { read: heard.read.every(({ descricao_abertura: text }) => text !== undefined) ? undefined : 'untold' };
    },

    async idOf(protocol: string, signal: AbortSignal): Promise<Heard<number | undefined>> {
      const heard = await tickets('protocolo', protocol, signal);
      return 'read' in heard
        ? { read: heard.read.find(({ protocolo }) => protocolo === protocol)?.id_atendimento }
        : heard;
    },

    /**
     * The protocol of the ticket by which HubSoft records a trust unlock, where it does: the answer to the unlock has none.
     * Tickets tell their day only, and there is one unlock in a month.
     */
    async ofUnlock(service: number, since: Date, signal: AbortSignal): Promise<string | undefined> {
      const heard = await tickets('id_cliente_servico', service, signal);
      if (!('read' in heard)) return undefined;
      const fromDay = localDate(since, timeZone);
      const unlock = heard.read.find(
        ({ tipo_atendimento: kind = '', descricao_abertura: text = '', data_cadastro: day }) => {
          const at = momentTold(day, timeZone);
          const isOne = /promessa|confian[çc]a|desbloqueio|libera[çc]/i.test(`${kind} ${text}`);
          return isOne && at !== undefined && localDate(at, timeZone) >= fromDay;
        },
      );
      return unlock?.protocolo?.trim() || undefined;
    },
  };
}

export function openedOf({ id_atendimento: id, protocolo }: TicketRead): TicketOpened {
  return { protocol: protocolo?.trim() || undefined, id: String(id) };
}
