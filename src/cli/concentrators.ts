import { readConfig } from '../config.ts';
import { createConcentrators } from '../isp/network/concentrators.ts';
import { createRadiusExchange } from '../isp/network/radius-exchange.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { readConcentratorCommand, runConcentratorCommand } from './concentrator-commands.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';

/** `npm run concentrators`: how concentrators take our requests; beside a system that runs, or without it. */
async function concentrators(): Promise<void> {
  const command = readConcentratorCommand(process.argv.slice(2));
  const exchange = createRadiusExchange(systemClock, readConfig(process.env).radiusSourceAddress);
  const asked = createConcentrators(exchange, systemClock, silentLogger);
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runConcentratorCommand(db, tenantId, asked, command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

concentrators().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
