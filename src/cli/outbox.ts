import { systemClock } from '../kernel/clock.ts';
import { outboxDeadLetters } from '../messaging/service.ts';
import { createOutboxStore } from '../messaging/store.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readOutboxCommand, runOutboxCommand } from './outbox-commands.ts';

/** `npm run outbox`: messages that could not be delivered. A delivery that runs looks for what is due every second. */
async function outbox(): Promise<void> {
  const command = readOutboxCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) =>
    runOutboxCommand(
      outboxDeadLetters(createOutboxStore(db), systemClock, () => undefined),
      tenantId,
      command,
    ),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

outbox().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
