import { createPrivateKey, X509Certificate } from 'node:crypto';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Gauge, type Registry } from 'prom-client';
import type { Config } from './config.ts';
import type { Clock } from './kernel/clock.ts';
import { AppError } from './kernel/errors.ts';
import type { Logger } from './kernel/logger.ts';
import type { AriAddress } from './telephony/asterisk/ari-connection.ts';
import { reloadCertificate, shownCertificate } from './telephony/asterisk/certificate-reload.ts';
import { type CertificateFiles, ensureCertificate } from './telephony/asterisk/runtime/certificate.ts';

/** A certificate with those who vouch for it and its key, in PEM. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

interface Parts {
  readonly config: Config;
  readonly asterisk: AriAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly files: CertificateFiles;
  /** Shows it to whoever connects by HTTPS from now on. */
  readonly take: (renewed: Certificate) => void;
}

/** A change is looked at so long after the last one: two files are changed, one after the other. */
const quietMs = 1_000;
/** Besides when files change: folders over a network do not tell of it. */
const betweenLooksMs = 3_600_000;
const warnedBeforeMs = 14 * 86_400_000;

/** @throws AppError `invalid_configuration` for files that are no certificate and its key */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.privateKey, 'utf8')]);
  let isPair: boolean;
  try {
    isPair = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    const sentence = `${files.certificate} and ${files.privateKey} are not a certificate and its key in PEM.`;
    throw new AppError('invalid_configuration', sentence, {}, error);
  }
  if (isPair) return { cert, key };
  throw new AppError('invalid_configuration', `${files.privateKey} is not the key of ${files.certificate}.`);
}

/**
 * Takes a certificate that was renewed, by the operator or, a month before its end, by ourselves, into use without a restart:
 * by HTTPS, and by Asterisk for SIP over TLS and WSS where that is ours. Looks when the files change, each hour, and at once,
 * since Asterisk may have been started with an earlier one. Tells when it ends.
 */
export function watchCertificate(parts: Parts): { stop(): void } {
  const { config, files, asterisk, clock, logger, metrics, take } = parts;
  const ends = new Gauge({
    name: 'uirapuru_certificate_ends_timestamp_seconds',
    help: 'When the certificate of HTTPS, SIP over TLS and WSS ends',
    registers: [metrics],
  });
  const stopping = new AbortController();
  let pause = new AbortController();
  let hasChanged = false;

  async function look(): Promise<void> {
    const certificate = await readCertificate(await ensureCertificate(config, clock.now()));
    const { fingerprint256, validToDate } = new X509Certificate(certificate.cert);
    ends.set(validToDate.getTime() / 1_000);
    if (validToDate.getTime() - clock.now().getTime() < warnedBeforeMs) {
      logger.warn({ ends: validToDate }, 'the certificate of HTTPS, SIP over TLS and WSS ends soon, or has ended');
    }
    take(certificate);
    if (config.asteriskAriUrl !== undefined || (await isShown(fingerprint256))) return;
    await reloadCertificate(asterisk);
    if (await isShown(fingerprint256)) logger.info({ ends: validToDate }, 'phones are shown a renewed certificate');
    else logger.error('phones are still shown an earlier certificate: restart Uirapuru at a quiet hour');
  }

  /** Whether Asterisk shows it to whoever connects now. */
  async function isShown(fingerprint: string): Promise<boolean> {
    const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[config.bind] ?? config.bind;
    const shown = await Promise.all([config.sipTlsPort, config.wssPort].map((port) => shownCertificate(host, port)));
    return shown.every(({ fingerprint256 }) => fingerprint256 === fingerprint);
  }

  /** Until the next look: until the files have been left alone for a moment after a change, or for an hour. */
  async function wait(): Promise<void> {
    do {
      const ms = hasChanged ? quietMs : betweenLooksMs;
      hasChanged = false;
      pause = new AbortController();
      await clock.sleep(ms, AbortSignal.any([pause.signal, stopping.signal])).catch(() => undefined);
    } while (hasChanged && !stopping.signal.aborted);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => {
        logger.error({ err: error }, 'a certificate could not be taken; the one before stays until the next look');
      });
      await wait();
    }
  }

  function changed(): void {
    hasChanged = true;
    pause.abort();
  }

  for (const folder of new Set([files.certificate, files.privateKey].map(dirname))) {
    // Folders, for a renewal puts other files into the places of those that are there.
    const watcher = watch(folder, { signal: stopping.signal }, changed);
    watcher.on('error', (error) =>
      logger.warn({ err: error, folder }, 'changes of a certificate are seen hourly alone'),
    );
  }
  void run();
  return { stop: () => stopping.abort() };
}
