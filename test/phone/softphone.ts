import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRuntime } from '../../src/telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../../src/telephony/asterisk/runtime/runtime-root.ts';
import type { Account } from './scenario.ts';
import { runtimeCache } from './sipp.ts';
import { type Sound, shareOfTone } from './tones.ts';

interface SoftphoneSettings {
  readonly account: Account;
  /** The exchange: `127.0.0.1:7048`. */
  readonly server: string;
  /** The phone's own address, 127.0.0.1 when left out, and SIP port; TLS has the one after it. */
  readonly address?: string;
  readonly port: number;
  /** The first of four. */
  readonly mediaPort: number;
  /** Codecs, the preferred first, as baresip writes them: `GSM/8000`. */
  readonly codecs: readonly string[];
  /** What it says while it talks. */
  readonly toneHz: number;
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** `srtp-mand`: encrypted or not at all (RFC 4568). */
  readonly mediaEncryption?: 'srtp' | 'srtp-mand';
  /** Its certificate and key in one PEM file, for who calls it over TLS. */
  readonly certificate?: string;
  /** Whether its registration is waited for; it is when left out. */
  readonly registers?: boolean;
  /** The authority whose certificates it trusts; without, it does not look at the server's. */
  readonly trusts?: string;
}

interface PhoneEvent {
  readonly type: string;
  readonly param?: string;
}

/** A softphone as people use them: baresip, without a sound card. It answers every call, and says a tone. */
export class Softphone {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #events: PhoneEvent[] = [];
  #output = '';
  #control: Socket | undefined;
  #seen = 0;

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
  }

  /** Starts it, and waits until it is registered. */
  static async start(settings: SoftphoneSettings): Promise<Softphone> {
    const root = await ensureRuntime({ cache: runtimeCache() }, 'test', () => undefined);
    const folder = mkdtempSync(join(tmpdir(), 'uira-softphone-'));
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'config'), configOf(settings, folder, join(root.path, 'usr/lib/baresip/modules')));
    writeFileSync(join(folder, 'accounts'), accountOf(settings));
    const { file, args, env } = runtimeCommand(root, 'baresip', ['-f', folder]);
    const child = spawn(file, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const phone = new Softphone(folder, child);
    await phone.#connect(settings.port);
    if (settings.registers !== false) await phone.#says(/\) \{0\/\w+\/v4\} 200 OK/);
    return phone;
  }

  /** Waits for an event of baresip's, such as `CALL_ESTABLISHED`, that was not waited for before. */
  async when(type: string, timeoutMs = 30_000): Promise<PhoneEvent> {
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(10)) {
      const at = this.#events.findIndex((event, i) => i >= this.#seen && event.type === type);
      const event = this.#events[at];
      if (event === undefined) continue;
      this.#seen = at + 1;
      return event;
    }
    const events = this.#events.map((event) => `${event.type} ${event.param ?? ''}`).join(', ');
    throw new Error(`The softphone waited for ${type} in vain, but had ${events}\n${this.#output.slice(-3000)}`);
  }

  dial(number: string): void {
    this.#command('dial', number);
  }

  hold(): void {
    this.#command('hold');
  }

  resume(): void {
    this.#command('resume');
  }

  hangUp(): void {
    this.#command('hangup');
  }

  /** Waits until, for a fifth of a second, nothing but a tone of this frequency is heard. */
  async hears(hz: number, timeoutMs = 30_000): Promise<void> {
    await this.#listen((sound) => shareOfTone(sound, hz) > 0.8, `${hz} Hz`, timeoutMs);
  }

  /** Waits until a tone of this frequency is not heard any more. */
  async misses(hz: number, timeoutMs = 30_000): Promise<void> {
    await this.#listen((sound) => shareOfTone(sound, hz) < 0.1, `anything but ${hz} Hz`, timeoutMs);
  }

  async close(): Promise<void> {
    this.#control?.destroy();
    const closed = once(this.#child, 'close');
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await closed;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #listen(isIt: (sound: Sound) => boolean, what: string, timeoutMs: number): Promise<void> {
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(40)) {
      const sound = this.#lastHeard();
      if (sound !== undefined && isIt(sound)) return;
    }
    throw new Error(`The softphone did not hear ${what}\n${this.#output.slice(-3000)}`);
  }

  /** The last fifth of a second that it heard. */
  #lastHeard(): Sound | undefined {
    let file: Buffer;
    try {
      file = readFileSync(join(this.#folder, 'heard.wav'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    if (file.length < 44) return undefined;
    const [channels, rate] = [file.readUInt16LE(22), file.readUInt32LE(24)];
    const wanted = (rate / 5) * channels * 2;
    if (file.length < 44 + wanted) return undefined;
    const samples = new Float64Array(rate / 5);
    const start = 44 + Math.floor((file.length - 44 - wanted) / (2 * channels)) * 2 * channels;
    for (let i = 0; i < samples.length; i++) samples[i] = file.readInt16LE(start + 2 * channels * i) / 32_768;
    return { samples, rate };
  }

  /** baresip tells of itself, and is told what to do, over a socket: JSON in netstrings. */
  async #connect(port: number): Promise<void> {
    for (const tooLate = Date.now() + 30_000; this.#control === undefined; await sleep(20)) {
      if (Date.now() > tooLate) throw new Error(`The softphone did not start: ${this.#output}`);
      const socket = connect(port, controlAddress);
      const opened = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false);
      if (opened) this.#control = socket;
    }
    let rest = Buffer.alloc(0);
    this.#control.on('error', () => undefined);
    this.#control.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let colon = rest.indexOf(':'); colon > 0; colon = rest.indexOf(':')) {
        const length = Number(rest.toString('latin1', 0, colon));
        if (rest.length < colon + length + 2) return;
        const message = JSON.parse(rest.toString('utf8', colon + 1, colon + 1 + length)) as Partial<PhoneEvent>;
        if (message.type !== undefined) this.#events.push(message as PhoneEvent);
        rest = rest.subarray(colon + length + 2);
      }
    });
  }

  async #says(what: RegExp): Promise<void> {
    for (const tooLate = Date.now() + 30_000; !what.test(this.#output); await sleep(10)) {
      if (Date.now() > tooLate) throw new Error(`The softphone did not say ${what.source}: ${this.#output}`);
    }
  }

  #command(command: string, params = ''): void {
    const json = JSON.stringify({ command, params });
    this.#control?.write(`${json.length}:${json},`);
  }
}

/** Beside the phone's SIP. */
const controlAddress = '127.0.0.9';

function configOf(settings: SoftphoneSettings, folder: string, modules: string): string {
  const { address = '127.0.0.1', port, mediaPort, toneHz, trusts, certificate } = settings;
  return `module_path ${modules}
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
module ausine.so
module aufile.so
module g711.so
module gsm.so
module opus.so
module srtp.so
module uuid.so
sip_listen ${address}:${port}
${certificate === undefined ? '' : `sip_certificate ${certificate}`}
${trusts === undefined ? 'sip_verify_server no' : `sip_verify_server yes\nsip_cafile ${trusts}`}
ctrl_tcp_listen ${controlAddress}:${port}
audio_source ausine,${toneHz}
ausrc_srate 48000
ausrc_channels 1
audio_player aufile,${folder}/heard.wav
audio_alert none
rtp_ports ${mediaPort}-${mediaPort + 3}
opus_stereo no
opus_sprop_stereo no
`;
}

function accountOf(settings: SoftphoneSettings): string {
  const { account, server, codecs, transport = 'udp', mediaEncryption } = settings;
  const encryption = mediaEncryption === undefined ? '' : `;mediaenc=${mediaEncryption}`;
  return (
    `<sip:${account.user}@${server};transport=${transport}>;auth_pass=${account.password};audio_codecs=${codecs.join(',')}` +
    `${encryption};answermode=auto;regint=300\n`
  );
}
