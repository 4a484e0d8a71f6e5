import type { ErpSubject, FixtureSubscriber, Limitation, Situation } from '../../src/erp/contract-suite.ts';
import type { Erp } from '../../src/erp/port.ts';
import type { DemoSubscriber } from '../../src/isp/demo/service.ts';
import { contractStatus, parseContractState } from '../../src/isp/subscribers/contract-state.ts';
import { standing, type TestProvider } from './isp.ts';

/** The contract suite's view of a test's provider, whose back office `erp` is, directly or through others' APIs. */
export function ispSubject(isp: TestProvider, erp: Erp, cannot: readonly Limitation[] = []): ErpSubject {
  const { db, tenantId } = isp.provider;
  const shelf = [...isp.demo];
  return {
    erp,
    cannot,
    timeZone: isp.provider.timeZone,
    now: () => isp.clock.now(),
    subscriber: (situation) => Promise.resolve(takeFrom(shelf, situation)),
    contractStatus: async (id) => contractStatus(parseContractState((await standing(isp, Number(id))).state)).status,
    countUnlocks: async (id) => (await standing(isp, Number(id))).promises.length,
    countTickets: async (id) => (await standing(isp, Number(id))).tickets,
    countInvoicesSent: (id) => {
      const subscriber = isp.demo.find((one) => one.contracts.includes(Number(id)));
      const addresses = [subscriber?.email, subscriber?.phone];
      return Promise.resolve([...isp.messages.values()].filter((message) => addresses.includes(message.to)).length);
    },
    linkOf: async (id) => {
      const newest = db
        .selectFrom('ticket')
        .select('parameters')
        .where('tenant_id', '=', tenantId)
        .where('contract_id', '=', Number(id))
        .orderBy('id', 'desc');
      const parameters = (await newest.executeTakeFirst())?.parameters as { url_ligacao?: string } | null | undefined;
      return parameters?.url_ligacao;
    },
    announce: async (text) => {
      const alert = { tenant_id: tenantId, kind: 'notice', text, starts_at: isp.clock.now() };
      await db.insertInto('alert').values(alert).execute();
    },
    close: () => isp.close(),
  };
}

/** Takes a subscriber of the demonstration whom nobody has had. Who is being installed has no invoice yet. */
function takeFrom(shelf: DemoSubscriber[], situation: Situation): FixtureSubscriber {
  const wanted = situation === 'no-open-invoice' ? 'installing' : situation;
  const index = shelf.findIndex((one) => one.situation === wanted);
  const [taken] = index < 0 ? [] : shelf.splice(index, 1);
  const [first, ...others] = taken?.contracts.map(String) ?? [];
  if (taken === undefined || first === undefined) throw new Error(`Nobody who is ${situation} is left.`);
  return { document: taken.document, phone: taken.phone ?? undefined, contractIds: [first, ...others] };
}
