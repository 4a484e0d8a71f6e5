import { standing, testProvider } from '../../test/helpers/isp.ts';
import { type ErpSubject, erpContractSuite, type FixtureSubscriber, type Situation } from '../erp/contract-suite.ts';
import type { DemoSubscriber } from './demo/service.ts';
import { contractStatus, parseContractState } from './subscribers/contract-state.ts';

erpContractSuite('the embedded ERP', async (): Promise<ErpSubject> => {
  const isp = await testProvider({ copies: 8 });
  const { db, tenantId } = isp.provider;
  const shelf = [...isp.demo];
  return {
    erp: isp.erp,
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
    announce: async (text) => {
      const alert = { tenant_id: tenantId, kind: 'notice', text, starts_at: isp.clock.now() };
      await db.insertInto('alert').values(alert).execute();
    },
    close: () => isp.close(),
  };
});

/** Takes a subscriber of the demonstration whom nobody has had. Who is being installed has no invoice yet. */
function takeFrom(shelf: DemoSubscriber[], situation: Situation): FixtureSubscriber {
  const wanted = situation === 'no-open-invoice' ? 'installing' : situation;
  const index = shelf.findIndex((one) => one.situation === wanted);
  const [taken] = index < 0 ? [] : shelf.splice(index, 1);
  const [first, ...others] = taken?.contracts.map(String) ?? [];
  if (taken === undefined || first === undefined) throw new Error(`Nobody who is ${situation} is left.`);
  return { document: taken.document, phone: taken.phone ?? undefined, contractIds: [first, ...others] };
}
