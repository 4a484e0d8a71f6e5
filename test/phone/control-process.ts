/**
 * A control plane of its own process, for tests that kill it: answers each call and rings extension 101 (dialled 300) or
 * waits (any other number). Of 31N it takes the talk apart, and kills itself after N requests for that. Says on standard
 * output, a line each, what it does.
 *
 *     node test/phone/control-process.ts <ARI URL> <user> <password>
 */
import { WebSocket } from 'ws';
import { telephonyOf } from './exchange.ts';

function killAfter(requests: number): void {
  let left = requests;
  // oxlint-disable-next-line typescript/unbound-method
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (this: WebSocket, data: Parameters<WebSocket['send']>[0]) {
    if (left-- <= 0) process.kill(process.pid, 'SIGKILL');
    else send.call(this, data, {}, () => undefined);
  };
}

const [, , ariUrl = '', user = '', password = ''] = process.argv;
const telephony = telephonyOf({ ariUrl, user, password });
await telephony.start({
  async incoming(channel) {
    await channel.answer();
    const requests = /^31(\d)$/.exec(channel.dialled)?.[1];
    if (channel.dialled !== '300' && requests === undefined) {
      process.stdout.write(`waiting ${channel.id}\n`);
      return;
    }
    process.stdout.write(`ringing ${channel.id}\n`);
    const { kind } = await telephony.ring(channel, { extensions: ['101'], timeoutMs: 20_000, music: true });
    process.stdout.write(`${kind} ${channel.id}\n`);
    if (requests === undefined) return;
    killAfter(Number(requests));
    await telephony.parties.part(channel, { caller: 'of the caller', other: 'of the other' });
  },
  found: async () => undefined,
  reconciled: async () => undefined,
});
process.stdout.write('ready\n');
