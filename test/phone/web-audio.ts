import { setTimeout as sleep } from 'node:timers/promises';
import OpusScript from 'opusscript';
import {
  MediaStreamTrack,
  type RTCIceServer,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
} from 'werift';
import { shareOfTone } from './tones.ts';

const rate = 48_000;
/** Samples of one packet of 20 ms. */
const packetSamples = 960;
const packetMs = 20;
/** What is listened to at once: a fifth of a second. */
const listened = rate / 5;

/** Without any, this stack asks a public STUN server; one of IPv6 is not asked from sockets of IPv4, nor from the others. */
const noStunServer: RTCIceServer = { urls: 'stun:[::1]:3478' };

/** Ear and mouth of a browser's phone: WebRTC as browsers speak it (ICE, DTLS-SRTP, Opus). It says a tone. */
export class WebAudio {
  readonly #connection: RTCPeerConnection;
  readonly #mouth = new MediaStreamTrack({ kind: 'audio' });
  readonly #encoder = new OpusScript(rate, 1, OpusScript.Application.VOIP);
  readonly #decoder = new OpusScript(rate, 1, OpusScript.Application.VOIP);
  readonly #toneHz: number;
  #heard = new Float64Array(listened);
  #running = true;

  /** @param relays the TURN servers through which alone it gets out of its network; it needs none when left out */
  constructor(toneHz: number, relays?: RTCIceServer[]) {
    this.#toneHz = toneHz;
    const opus = new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: rate, channels: 2 });
    this.#connection = new RTCPeerConnection({
      codecs: { audio: [opus] },
      iceServers: [noStunServer, ...(relays ?? [])],
      iceTransportPolicy: relays === undefined ? 'all' : 'relay',
    });
    this.#connection.addTransceiver(this.#mouth, { direction: 'sendrecv' });
    this.#connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => this.#hear(packet.payload));
    });
    void this.#speak();
  }

  /** An offer with everything in it (no trickling). `onHold`: the other side is not listened to. */
  async offer(onHold = false): Promise<string> {
    this.#connection.getTransceivers()[0]?.setDirection(onHold ? 'sendonly' : 'sendrecv');
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#described();
  }

  /** Takes the answer to an offer. */
  async accept(answer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  /** @returns our answer to an offer */
  async answer(offer: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    return this.#described();
  }

  /** Waits until, for a fifth of a second, nothing but a tone of this frequency is heard. */
  async hears(hz: number, timeoutMs = 30_000): Promise<void> {
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(20)) {
      if (shareOfTone({ samples: this.#heard, rate }, hz) > 0.8) return;
    }
    throw new Error(`The browser did not hear ${hz} Hz; its connection is ${this.#connection.connectionState}`);
  }

  async close(): Promise<void> {
    this.#running = false;
    await this.#connection.close();
    this.#encoder.delete();
    this.#decoder.delete();
  }

  async #described(): Promise<string> {
    while (this.#connection.iceGatheringState !== 'complete') await sleep(10);
    const sdp = this.#connection.localDescription?.sdp ?? '';
    const [, address = '', port = ''] = /^a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) /m.exec(sdp) ?? [];
    // Browsers name the default candidate here once they know it (RFC 8839 section 4.2.1.2), this stack never does.
    return sdp.replace('m=audio 9 ', `m=audio ${port} `).replace('c=IN IP4 0.0.0.0', `c=IN IP4 ${address}`);
  }

  #hear(payload: Buffer): void {
    const pcm = this.#decoder.decode(payload);
    const samples = new Float64Array(listened);
    const count = Math.min(pcm.length / 2, listened);
    samples.set(this.#heard.subarray(count));
    for (let i = 0; i < count; i++) samples[listened - count + i] = pcm.readInt16LE(2 * i) / 32_768;
    this.#heard = samples;
  }

  async #speak(): Promise<void> {
    const pcm = Buffer.alloc(2 * packetSamples);
    for (let number = 1, next = performance.now(); this.#running; number++, next += packetMs) {
      await sleep(Math.max(0, next - performance.now()));
      if (!this.#running) return;
      for (let i = 0; i < packetSamples; i++) {
        const at = number * packetSamples + i;
        pcm.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * this.#toneHz * at) / rate)), 2 * i);
      }
      const header = new RtpHeader({ sequenceNumber: number & 0xffff, timestamp: (number * packetSamples) >>> 0 });
      this.#mouth.writeRtp(new RtpPacket(header, this.#encoder.encode(pcm, packetSamples)));
    }
  }
}
