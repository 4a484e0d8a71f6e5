import { readConfig } from '../config.ts';
import { createConcentrators } from '../isp/network/concentrators.ts';
import { createRadiusExchange } from '../isp/network/radius-exchange.ts';
import { silentLogger } from '../kernel/logger.ts';
import { readConcentratorCommand, runConcentratorCommand } from './concentrator-commands.ts';
import { runHomeCommand } from './home-command.ts';

/** `npm run concentrators`: how concentrators take our requests. */
runHomeCommand(readConcentratorCommand, ({ db, clock }, tenantId, command) => {
  const exchange = createRadiusExchange(clock, readConfig(process.env).radiusSourceAddress);
  return runConcentratorCommand(db, tenantId, createConcentrators(exchange, clock, silentLogger), command);
});
