import { expect, test } from 'vitest';
import { type ErpScript, scriptedErp, subscriberOf, suspendedContract } from '../../test/helpers/scripted-erp.ts';
import type { CallDetail } from '../calls/schemas.ts';
import type { MenuStep } from '../erp/port.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { done } from '../kernel/outcome.ts';
import { createCallScreens } from './call-screens.ts';
import type { Announcement, CallWindow } from './service.ts';

const callId = 'c0ffee00-0000-4000-8000-000000000001';
const callerNumber = '+5537999990001';
const owing = subscriberOf([suspendedContract()]);
const identified: MenuStep = {
  position: 1,
  flow: 'atendimento',
  node: 'document',
  kind: 'identify',
  enteredAt: '2026-11-21T14:00:00.000Z',
  leftAt: '2026-11-21T14:00:09.000Z',
  exit: 'not_found',
  digits: '***********',
};

interface Setting extends ErpScript {
  readonly logged?: object;
  readonly open?: CallWindow[];
  readonly announce?: () => Promise<void>;
}

/** The screens of a provider whose ERP has windows of its own, and what was done to them. */
function screensOf({ logged, open = [], announce = async () => undefined, ...script }: Setting) {
  const shown: string[] = [];
  const windows: Announcement[] = [];
  const notified: string[] = [];
  const erp = scriptedErp({
    ...script,
    answers: {
      notifyAgent: async ({ extension, lost }) => {
        notified.push(`${extension} ${lost ? 'lost' : 'rings'}`);
        return done(null);
      },
      ...script.answers,
    },
  });
  const screens = createCallScreens({
    tenantId: 1,
    erp,
    callLog: { find: async () => logged as CallDetail | undefined },
    screens: {
      announce: async (window) => {
        await announce();
        windows.push(window);
        shown.push(`${window.extension} opened`);
      },
      withdraw: async ({ extension }) => void shown.push(`${extension} closed`),
      ofCall: async () => open,
      callEnded: async () => void shown.push('ended'),
    },
    clock: systemClock,
    logger: silentLogger,
  });
  return { screens, erp, shown, windows, notified };
}

test('a phone that refuses at once leaves no window behind, however long opening one takes', async () => {
  const { screens, shown } = screensOf({ announce: () => systemClock.sleep(20) });
  const tell = screens.of({ callId, callerNumber, known: {} });
  tell({ extension: '1001', state: 'ringing' });
  tell({ extension: '1001', state: 'lost' });
  screens.ended(callId);
  await expect.poll(() => shown).toEqual(['1001 opened', '1001 closed', 'ended']);
});

test('the windows of phones that a caller’s end takes the call from are told as lost, whichever is told first', async () => {
  const { screens, shown } = screensOf({});
  const tell = screens.of({ callId, callerNumber, known: {} });
  tell({ extension: '1001', state: 'ringing' });
  await expect.poll(() => shown).toEqual(['1001 opened']);
  screens.ended(callId);
  tell({ extension: '1001', state: 'lost' });
  await expect.poll(() => shown).toEqual(['1001 opened', '1001 closed', 'ended']);
});

test('windows that cannot be opened are nothing to the call, and the ERP is told all the same', async () => {
  const announce = () => Promise.reject(new Error('no database'));
  const { screens, shown, notified } = screensOf({ announce, subscribers: [owing] });
  screens.of({ callId, callerNumber, known: { contractId: '501' } })({ extension: '1001', state: 'ringing' });
  await expect.poll(() => notified).toEqual(['1001 rings']);
  screens.ended(callId);
  await expect.poll(() => shown).toEqual(['ended']);
});

test('who waits is shown as the menu knows them, with contract, connection and the way through the menu', async () => {
  const { screens, windows } = screensOf({
    subscribers: [owing],
    access: ['offline'],
    logged: { steps: [identified] },
  });
  screens.of({ callId, callerNumber, known: { contractId: '501' } })({ extension: '1001', state: 'ringing' });
  await expect.poll(() => windows.length).toBe(1);
  expect(windows[0]).toMatchObject({
    subscriber: owing,
    contractId: '501',
    connection: { state: 'offline' },
    steps: [identified],
  });
});

test('an ERP that does not answer leaves a window without what it would have told', async () => {
  const answers = { checkAccess: () => new Promise<never>(() => undefined) };
  const { screens, windows } = screensOf({ subscribers: [owing], answers });
  screens.of({ callId, callerNumber, known: { contractId: '501' } })({ extension: '1001', state: 'ringing' });
  await expect.poll(() => windows.length, { timeout: 5_000 }).toBe(1);
  expect(windows[0]).toMatchObject({ subscriber: owing, connection: undefined });
});

test('a call that was sent on by an agent, or is made to call somebody back, shows whom the call log has', async () => {
  const logged = { contractId: '501', steps: [{ ...identified, exit: 'found' }] };
  const { screens, windows } = screensOf({ subscribers: [owing], logged });
  screens.of({ callId, callerNumber: '2001', askedIn: callId })({ extension: '1001', state: 'ringing' });
  await expect.poll(() => windows.length).toBe(1);
  expect(windows[0]).toMatchObject({ subscriber: owing, contractId: '501', steps: logged.steps });
});

test('a number tells who calls only if nobody asked the caller', async () => {
  const byPhone = { [callerNumber]: [owing] };
  for (const [steps, subscriber] of [
    [[], owing],
    [[identified], undefined],
  ] as const) {
    const { screens, windows } = screensOf({ subscribers: [owing], byPhone, logged: { steps } });
    screens.of({ callId, callerNumber, known: {} })({ extension: '1001', state: 'ringing' });
    await expect.poll(() => windows.length).toBe(1);
    expect(windows[0]?.subscriber).toBe(subscriber);
  }
});

test('after a restart windows are taken back from phones that nobody answered, in the ERP too', async () => {
  const open = ['1001', '1002', '1003'].map((extension) => ({ extension, contractId: '501', callerNumber }));
  const legs = [
    { number: '1001', answeredAt: '2026-11-21T14:00:00.000Z' },
    { number: '1002', answeredAt: null },
  ];
  const { screens, shown, notified } = screensOf({ open, logged: { legs, steps: [] } });
  await screens.takeBack(callId, '1003');
  expect(shown).toEqual(['1002 closed']);
  expect(notified).toEqual(['1002 lost']);
});
