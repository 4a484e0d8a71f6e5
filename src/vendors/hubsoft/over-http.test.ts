import { servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import { ispSubject } from '../../../test/helpers/isp-subject.ts';
import { erpContractSuite, type Limitation } from '../../erp/contract-suite.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createHubsoftErp } from './client.ts';
import { openHubsoftConnection } from './connection.ts';

const limitations: readonly Limitation[] = [
  'terms_of_a_lost_unlock',
  'unlocks_of_the_month',
  'maintenance',
  'alerts_for_everyone',
];

erpContractSuite('the embedded ERP behind HubSoft’s API, over HTTP,', async () => {
  const served = await servedHubsoft({ copies: 8 });
  const url = await served.app.listen({ host: '127.0.0.1', port: 0 });
  const { clock, timeZone } = served.provider;
  const parts = { clock, logger: silentLogger };
  const { name: username, clientId, clientSecret = '', password } = served.user;
  const connection = openHubsoftConnection(
    { url, username, clientId: String(clientId), clientSecret, password },
    parts,
  );
  const choices = { unlockDays: 3, agentField: 'ramal', ticketType: undefined } as const;
  const subject = ispSubject(served, createHubsoftErp({ connection, timeZone, ...parts, ...choices }), limitations);
  return {
    ...subject,
    close: async () => {
      await connection.close();
      await subject.close();
    },
  };
});
