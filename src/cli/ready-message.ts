import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, isLoopback } from '../config.ts';

/** The part of `<home>/demo.json` that a newcomer needs to place a call. */
const demoFile = z.object({
  extensions: z.array(z.object({ number: z.string(), password: z.string(), web: z.boolean().optional() })),
});

/** The number of the default menu. */
const menuNumber = '2222';

/** What is said when calls can be taken: addresses, the number to call, how to try it without a phone. */
export async function readyMessage(config: Config, tookMs: number): Promise<string> {
  // Where others can reach us the demo's phones are refused, also those of a home that was begun as a demo.
  const phone = isLoopback(config.bind) ? await demoExtension(config.home) : undefined;
  return renderReadyMessage(config, tookMs, phone);
}

/** @param phone an extension of the demo, undefined where there is no demo data. Pure. */
export function renderReadyMessage(
  config: Pick<Config, 'home' | 'bind' | 'httpPort' | 'sipPort' | 'sipTlsPort' | 'wssPort'>,
  tookMs: number,
  phone: { readonly number: string; readonly password: string } | undefined,
): string {
  const host = config.bind.includes(':') ? `[${config.bind}]` : config.bind;
  const lines = [
    `Uirapuru is ready (${(tookMs / 1000).toFixed(1)} s).`,
    '',
    `  Web and API   http://${host}:${config.httpPort}    (is it well? /health)`,
    `  Phones        ${host}:${config.sipPort} (SIP over UDP or TCP), ${host}:${config.sipTlsPort} (TLS), wss://${host}:${config.wssPort}/ws (browsers)`,
    `  Home folder   ${config.home}`,
    '',
    ...(phone === undefined
      ? [`  Register an extension and call ${menuNumber}, the voice menu.`]
      : [
          `  Register a phone as ${phone.number} with the password ${phone.password}, and call ${menuNumber}, the voice menu.`,
        ]),
    '  No phone at hand? Another terminal: npm run simulate',
    '',
    '  Ctrl-C stops everything.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

async function demoExtension(home: string): Promise<{ number: string; password: string } | undefined> {
  let text: string;
  try {
    text = await readFile(join(home, 'demo.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { extensions } = demoFile.parse(JSON.parse(text));
  return extensions.find((extension) => extension.web !== true) ?? extensions[0];
}
