import { removeRunFolder } from '../../../kernel/run-folder.ts';
import { superviseProcess } from '../../../kernel/supervised-process.ts';
import { type AriAddress, addressOf, adoptAsterisk, asteriskStopSignals, launchAsterisk } from './asterisk-process.ts';
import { findAsterisk } from './asterisk-program.ts';
import type { Progress } from './fetch-runtime.ts';
import { boundLog } from './log-bound.ts';
import { type AsteriskSettings, preparePlace, withFreeAriPort } from './prepare-place.ts';

/** The home's own Asterisk. It is started again within seconds when it dies. */
export interface AsteriskRuntime extends AriAddress {
  readonly pid: number;
  /** It ran already, left by a control plane that died, and may hold calls. */
  readonly adopted: boolean;
  /** Into which it writes how each channel ended; for `readChannelEnds`. */
  readonly endsFile: string;
  isAlive(): boolean;
  /** Called each time it died and runs again. ARI's address stays unless another program took the port meanwhile. */
  onRestart(listener: () => void): void;
  /** Hangs up all calls and ends it, in under three seconds. */
  stop(): Promise<void>;
  /** Lets it and its calls run on without us; the next `startAsterisk` on the same home adopts it. */
  release(): void;
}

/**
 * Starts the home's Asterisk, or adopts the one that a killed control plane left, calls and all.
 * @param deps `progress` hears of downloads; `failed` is told when it died and could not be started again at once
 * @throws AppError `telephony_unavailable`, `missing_part`, `port_taken`, `disk_full`, `no_permission`
 */
export async function startAsterisk(
  settings: AsteriskSettings,
  deps: { readonly progress?: Progress; readonly failed?: (error: unknown) => void } = {},
): Promise<AsteriskRuntime> {
  const program = await findAsterisk(settings, deps.progress ?? (() => {}));
  let place = await preparePlace(settings);
  let adopted = false;
  const listeners: (() => void)[] = [];
  const supervised = await superviseProcess({
    start: async () => {
      const running = await adoptAsterisk(settings.home, place);
      adopted = running !== undefined;
      if (running !== undefined) return running;
      place = await withFreeAriPort(settings, place);
      return await launchAsterisk(settings.home, place, program);
    },
    stopSignals: asteriskStopSignals,
    restarted: () => {
      for (const listener of listeners) listener();
    },
    ...(deps.failed === undefined ? {} : { failed: deps.failed }),
  });
  const log = boundLog(place, () => addressOf(place), deps.failed);
  return {
    ...addressOf(place),
    get ariUrl() {
      return addressOf(place).ariUrl;
    },
    adopted,
    endsFile: place.endsFile,
    get pid() {
      return supervised.pid;
    },
    isAlive: () => supervised.isAlive(),
    onRestart: (listener) => listeners.push(listener),
    stop: async () => {
      log.end();
      await supervised.stop();
      removeRunFolder(settings.home, 'asterisk');
    },
    release: () => {
      log.end();
      supervised.release();
    },
  };
}
