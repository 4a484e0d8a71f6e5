import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundChannelEnds, readChannelEnds } from './channel-ends.ts';

const written = (id: string, cause: number) =>
  `"${id}","1795277158.962417","{""hangupcause"":${cause},""hangupsource"":""PJSIP/2001-00000003"",""dialstatus"":""""}"\n`;

test('how channels ended is read, until they are two files away', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'uira-ends-')), 'ends.csv');
  expect(await readChannelEnds(file)).toEqual(new Map());
  await boundChannelEnds(file);
  appendFileSync(file, `${written('uirapuru-1.0', 17)}${written('leg-uirapuru-1.0-x', 0)}"cut o`);
  const at = new Date('2026-11-21T16:05:58.962Z');
  expect(await readChannelEnds(file)).toEqual(
    new Map([
      ['uirapuru-1.0', { at, cause: 17 }],
      ['leg-uirapuru-1.0-x', { at, cause: 16 }],
    ]),
  );
  await boundChannelEnds(file, 100);
  appendFileSync(file, written('uirapuru-1.1', 16));
  expect([...(await readChannelEnds(file)).keys()]).toEqual(['uirapuru-1.0', 'leg-uirapuru-1.0-x', 'uirapuru-1.1']);
  await boundChannelEnds(file, 100);
  expect([...(await readChannelEnds(file)).keys()]).toEqual(['uirapuru-1.1']);
});
