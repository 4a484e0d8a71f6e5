import { ispSubject } from '../../../test/helpers/isp-subject.ts';
import { servedSgp } from '../../../test/helpers/sgp.ts';
import { erpContractSuite } from '../../erp/contract-suite.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createSgpErp } from './client.ts';
import { openSgpConnection } from './connection.ts';

erpContractSuite('the embedded ERP behind SGP’s web service, over HTTP,', async () => {
  const served = await servedSgp({ copies: 8 });
  const url = await served.app.listen({ host: '127.0.0.1', port: 0 });
  const connection = openSgpConnection({ url: `${url}/PROVEDOR`, ...served.credentials });
  const { clock, timeZone } = served.provider;
  const parts = { connection, clock, timeZone, logger: silentLogger };
  const sgp = createSgpErp({ ...parts, ticketType: undefined, orderReason: undefined });
  const subject = ispSubject(served, sgp, ['terms_of_a_lost_unlock']);
  return {
    ...subject,
    close: async () => {
      await connection.close();
      await subject.close();
    },
  };
});
