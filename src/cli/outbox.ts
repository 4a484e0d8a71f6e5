import { outboxDeadLetters } from '../messaging/service.ts';
import { createOutboxStore } from '../messaging/store.ts';
import { runHomeCommand } from './home-command.ts';
import { readOutboxCommand, runOutboxCommand } from './outbox-commands.ts';

/** `npm run outbox`: messages that could not be delivered. A delivery that runs looks for what is due every second. */
runHomeCommand(readOutboxCommand, ({ db, clock }, tenantId, command) => {
  const deadLetters = outboxDeadLetters(createOutboxStore(db), clock, () => undefined);
  return runOutboxCommand(deadLetters, tenantId, command);
});
