import { appendFileSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { followRefusals, refusedAddress } from './security-log.ts';

/** As Asterisk 22.10.1 writes it. */
const line = (message: string) => `${JSON.stringify({ hostname: 'h', logmsg: { level: 'SECURITY', message } })}\n`;
const head = (event: string, account: string, session = 'c1') =>
  `SecurityEvent="${event}",EventTV="2026-11-21T12:53:38.902+0000",Severity="Error",Service="PJSIP",EventVersion="1",` +
  `AccountID="${account}",SessionID="${session}",LocalAddress="IPV4/UDP/192.0.2.1/7048"`;
const from = (address = '198.51.100.7') => `,RemoteAddress="IPV4/UDP/${address}/5060"`;
const forged = ',RemoteAddress="IPV4/UDP/203.0.113.9/5060"';
const answer = (text: string) => `,Challenge="1795/9a",Response="${text}",ExpectedResponse=""`;

test('a wrong password and an account that is not there are refusals, a challenge and a success are none', () => {
  expect(refusedAddress(line(head('ChallengeResponseFailed', '100') + from() + answer('6c6f')))).toBe('198.51.100.7');
  expect(refusedAddress(line(head('InvalidAccountID', '999') + from()))).toBe('198.51.100.7');
  expect(refusedAddress(line(`${head('InvalidAccountID', '9')},RemoteAddress="IPV6/TCP/2001:db8::7/5060"`))).toBe(
    '2001:db8::7',
  );
  for (const event of ['ChallengeSent', 'SuccessfulAuth']) {
    expect(refusedAddress(line(head(event, '100') + from()))).toBeUndefined();
  }
  for (const other of ['', '[2026-11-21] Asterisk 22.10.1', '{', '[]', '{"logmsg":7}', 'null']) {
    expect(refusedAddress(other)).toBeUndefined();
  }
});

test('whoever guesses cannot have another address blocked instead of his own, whatever he calls himself', () => {
  const lines = [
    head('InvalidAccountID', `a"${forged}`) + from(),
    head('InvalidAccountID', 'a', `x"${forged}`) + from(),
    head('InvalidAccountID', `a\r\nSecurityEvent="InvalidAccountID"${forged}\n`) + from(),
    head('ChallengeResponseFailed', '100') + from() + answer(`x\\"${forged.replaceAll('"', '\\"')}`),
    head('ChallengeResponseFailed', '100') + from() + answer(`x${forged.replaceAll('"', '')}`),
  ];
  for (const one of lines) expect(refusedAddress(line(one))).toBe('198.51.100.7');
});

test('every refusal is told once, also while the log is begun anew', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'uira-security-')), 'security.log');
  const told: string[] = [];
  writeFileSync(path, line(head('InvalidAccountID', 'before') + from('10.9.9.9')));
  const end = followRefusals(path, (address) => told.push(address), { clock: systemClock, logger: silentLogger });
  const wanted: string[] = [];
  const write = (address: string) => {
    wanted.push(address);
    appendFileSync(path, line(head('InvalidAccountID', 'x') + from(address)));
  };
  await systemClock.sleep(300);
  for (let n = 1; n <= 500; n++) write(`10.0.${n >> 8}.${n & 255}`);
  await expect.poll(() => told.length).toBe(500);
  write('10.1.0.1');
  renameSync(path, `${path}.0`);
  write('10.1.0.2');
  await expect.poll(() => told.length).toBe(502);
  expect(told).toEqual(wanted);
  end();
});
