import { manutencaoOf, noticeOf } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { manutencaoListAnswer, manutencaoListRequest } from '../wire.ts';

/** Work going on or planned, and what the provider wants every caller to hear. */
export const manutencaoList = uraMethod({
  path: 'manutencao/list',
  summary: 'List maintenance on the network, and notices to every caller.',
  request: manutencaoListRequest,
  answer: manutencaoListAnswer,
  async run({ office }) {
    const [works, notices] = await Promise.all([office.maintenances(), office.alertsForEveryone()]);
    const { timeZone } = office;
    return [
      ...works.map((work) => manutencaoOf(work, timeZone)),
      ...notices.map((notice) => noticeOf(notice, office.now(), timeZone)),
    ];
  },
});
