import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { addExtensions, liveStream } from '../../test/helpers/live-stream.ts';
import { liveEvent } from '../live/schemas.ts';
import { windowOpened } from '../screen-pop/schemas.ts';

let isp: TestProvider;
let live: Awaited<ReturnType<typeof liveStream>>;
let document: string;
beforeAll(async () => {
  isp = await testProvider();
  live = await liveStream(isp);
  await addExtensions(isp.provider, [{ number: '1001' }]);
  document = await readFile(new URL('../../docs/live-stream.md', import.meta.url), 'utf8');
});
afterAll(async () => {
  await live.close();
  await isp.close();
});

function block(language: string): string {
  return document.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';
}

test('the message of the document is one', () => {
  const { type, data } = liveEvent.parse(JSON.parse(block('json')));
  expect(type).toBe('window.opened');
  expect(windowOpened.strict().parse(data)).toEqual(data);
});

test('the program of the document shows who calls, and that the call is lost', async () => {
  const contractId = String(isp.contractOf('suspended'));
  const notice = { contractId, extension: '1001', callId: 'call', callerNumber: '+5537999912222' };
  const signal = new AbortController().signal;
  const env = { STREAM_URL: live.url('extension=1001'), STREAM_TOKEN: live.token };
  const program = spawn(process.execPath, ['--input-type=module', '--eval', block('js')], { env });
  let said = '';
  const saying = async (text: RegExp) => {
    while (!text.test(said)) said += String((await once(program.stdout, 'data'))[0]);
  };
  await isp.erp.notifyAgent({ ...notice, lost: false }, signal);
  await saying(/^\+5537999912222: .+, owes R\$ \d+\.\d\d$/m);
  await isp.erp.notifyAgent({ ...notice, lost: true }, signal);
  await saying(/^closed: lost$/m);
  expect(said.trim().split('\n')).toHaveLength(2);
  const ended = once(program, 'close');
  program.kill();
  await ended;
});
