import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trustedAuthorities } from './authorities.ts';
import { ensureCertificate } from './certificate.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'uira-certificate-'));
});
afterAll(() => rmSync(home, { recursive: true }));

test('a home has one certificate, made once, unless the operator names another', async () => {
  const bind = '127.0.0.1';
  const own = await ensureCertificate({ home, bind });
  expect(await ensureCertificate({ home, bind })).toEqual(own);
  expect(await ensureCertificate({ home: '/nonexistent', bind, certificate: own })).toEqual(own);
});

test('the home makes its own certificate anew a month before it ends, and no other one', async () => {
  const own = { home: join(home, 'renewing'), bind: '127.0.0.1' };
  const made = new Date('2026-11-21T12:00:00Z');
  const read = (path: string) => new X509Certificate(readFileSync(path));
  const first = read((await ensureCertificate(own, made)).certificate);
  expect(first.validToDate).toEqual(new Date('2036-11-21T12:00:00Z'));
  const before = await ensureCertificate(own, new Date('2036-10-20T12:00:00Z'));
  expect(read(before.certificate).fingerprint256).toBe(first.fingerprint256);
  const late = new Date('2036-10-23T12:00:00Z');
  const second = read((await ensureCertificate(own, late)).certificate);
  expect(second.validToDate).toEqual(new Date('2046-10-23T12:00:00Z'));
  expect(second.checkPrivateKey(createPrivateKey(readFileSync(before.privateKey)))).toBe(true);
  const theirs = await generate([{ name: 'commonName', value: 'pabx.provedor.example' }]);
  writeFileSync(before.certificate, theirs.cert);
  writeFileSync(before.privateKey, theirs.private);
  await ensureCertificate(own, new Date('2050-01-01T12:00:00Z'));
  expect(readFileSync(before.certificate, 'utf8')).toBe(theirs.cert);
});

test("an operator's file that cannot be used is named, with what to do", async () => {
  const certificate = { certificate: join(home, 'none.pem'), privateKey: join(home, 'none.key') };
  await expect(ensureCertificate({ home, bind: '::1', certificate })).rejects.toThrow(
    /UIRAPURU_TLS_CERTIFICATE is .*none/,
  );
  const text = join(home, 'text.pem');
  writeFileSync(text, 'hello');
  await expect(trustedAuthorities(text)).rejects.toThrow(/holds no certificate/);
  await expect(trustedAuthorities(join(home, 'none.pem'))).rejects.toThrow(/cannot be read/);
  const { certificate: path } = await ensureCertificate({ home, bind: '127.0.0.1' });
  expect((await trustedAuthorities(path)).split('BEGIN').length).toBeGreaterThan(100);
});
