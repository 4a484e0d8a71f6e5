import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
