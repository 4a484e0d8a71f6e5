/**
 * A control plane of its own process, for tests that kill it: answers each call and rings extension 101 (dialled 300) or
 * waits (any other number). Says on standard output, a line each, what it does.
 *
 *     node test/phone/control-process.ts <ARI URL> <user> <password>
 */
import { telephonyOf } from './exchange.ts';

const [, , ariUrl = '', user = '', password = ''] = process.argv;
const telephony = telephonyOf({ ariUrl, user, password });
await telephony.start({
  async incoming(channel) {
    await channel.answer();
    if (channel.dialled !== '300') {
      process.stdout.write(`waiting ${channel.id}\n`);
      return;
    }
    process.stdout.write(`ringing ${channel.id}\n`);
    const { kind } = await telephony.ring(channel, { extensions: ['101'], timeoutMs: 20_000, music: true });
    process.stdout.write(`${kind} ${channel.id}\n`);
  },
  found: async () => undefined,
  reconciled: async () => undefined,
});
process.stdout.write('ready\n');
