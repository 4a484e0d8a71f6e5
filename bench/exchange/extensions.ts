import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { Scenario } from '../../test/phone/scenario.ts';
import { runSipp } from '../../test/phone/sipp.ts';
import { ports } from '../ivr/places.ts';
import type { OurSystem } from './ours.ts';

export interface Figure {
  readonly what: string;
  readonly ms: number;
}

const count = 1_000;
const atOnce = 8;

/** How soon a thousand extensions are in effect, one more beside them, and a change of one. */
export async function measureExtensions(ours: OurSystem): Promise<Figure[]> {
  const ask = async (method: string, path: string, body: object): Promise<ExtensionPassword> =>
    (await (await ours.ask(method, path, body)).json()) as ExtensionPassword;
  const register = async ({ number, password }: ExtensionPassword): Promise<void> => {
    const scenario = new Scenario().register({ user: number, password });
    const { successful } = await runSipp({ scenario, target: `127.0.0.1:${ports.ours.sip}`, port: ports.phone.sip });
    if (successful !== 1) throw new Error(`Extension ${number} did not register`);
  };
  const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; made: T }> => {
    const from = performance.now();
    const made = await work();
    return { ms: performance.now() - from, made };
  };

  const numbers = Array.from({ length: count }, (_, i) => String(50_000 + i));
  const all = await timed(async () => {
    const waiting = [...numbers];
    const made: ExtensionPassword[] = [];
    const makeOn = async (): Promise<void> => {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        made.push(await ask('POST', 'extensions', { number, callerName: `Ramal ${number}` }));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, makeOn));
    const last = made.at(-1);
    if (last !== undefined) await register(last);
    return made;
  });
  const [first] = all.made;
  if (first === undefined) throw new Error('No extension was made');
  await register(first);
  const one = await timed(() => ask('POST', 'extensions', { number: '60000' }));
  await register(one.made);
  const change = await timed(() => ask('PATCH', 'extensions/50000', { callerName: 'Ana' }));
  return [
    { what: `${count} extensions made over the API, ${atOnce} at once, the last one registered`, ms: all.ms },
    { what: 'one more made, pushed to Asterisk when it is answered', ms: one.ms },
    { what: `one of ${count} changed, pushed to Asterisk when it is answered`, ms: change.ms },
  ];
}
