import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { playCall } from '../../test/helpers/menu-caller.ts';
import { scriptedErp } from '../../test/helpers/scripted-erp.ts';
import type { Announcement } from '../screen-pop/service.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flows-'));
  const ring = "ring: { type: ring, number: '033', exits: { talked: bye, no_answer: bye } }";
  const flow = `version: 1\nstart: ring\nperson: bye\nnodes:\n  ${ring}\n  bye: { type: hang_up }\n`;
  writeFileSync(join(folder, 'probe.yaml'), flow);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The clock of these calls stands still meanwhile. */
async function aWhile(turns: number): Promise<void> {
  for (let n = 0; n < turns; n++) await Promise.resolve();
}

/** An exchange whose phone 1001 rings and refuses at once, and screens that take their time. */
async function refusedCall(announce: (call: Announcement) => Promise<void>) {
  const shown: string[] = [];
  const erp = scriptedErp();
  const call = await playCall({
    erp,
    flow: 'probe',
    flowFolders: [folder],
    callerNumber: '+5537999990001',
    ring: async (_, { onPhone }) => {
      onPhone?.({ extension: '1001', state: 'ringing' });
      onPhone?.({ extension: '1001', state: 'lost' });
      await aWhile(100);
      return { kind: 'no_answer' };
    },
    options: {
      screens: {
        announce: async (announced) => {
          await announce(announced);
          shown.push(`opened for ${announced.callerNumber}`);
        },
        withdraw: async () => {
          shown.push('closed');
        },
      },
    },
  });
  return { shown, call, erp };
}

test('a caller whom nobody knows has a window too, which is closed after it was opened', async () => {
  const { shown, erp } = await refusedCall(() => aWhile(20));
  expect(shown).toEqual(['opened for +5537999990001', 'closed']);
  expect(erp.asked.map(({ operation }) => operation)).not.toContain('notifyAgent');
});

test('windows that cannot be opened do not touch the call', async () => {
  const { call } = await refusedCall(() => Promise.reject(new Error('no database')));
  expect(call.end).toBe('flow_ended');
  expect(call.errors.join()).toContain('the window about a caller failed');
});
