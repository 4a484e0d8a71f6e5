import { testProvider } from '../../test/helpers/isp.ts';
import { ispSubject } from '../../test/helpers/isp-subject.ts';
import { erpContractSuite } from '../erp/contract-suite.ts';

erpContractSuite('the embedded ERP', async () => {
  const isp = await testProvider({ copies: 8 });
  return ispSubject(isp, isp.erp);
});
