import { describe, expect, test } from 'vitest';
import { bridge, channel } from '../../../test/helpers/ari-objects.ts';
import type { AriBridge } from './ari-types.generated.ts';
import { type Known, reconcile } from './reconciliation.ts';

const nothing: Known = { callers: new Set(), legs: new Set() };

describe('after a restart of ours', () => {
  test('callers in our application are found, others are left alone', () => {
    const channels = [
      channel('c1'),
      channel('elsewhere', 'Playback', 'sorry'),
      channel('other', 'Stasis', 'uirapuru2'),
      channel('c2', 'Stasis', 'uirapuru,again'),
    ];
    const plan = reconcile('uirapuru', { channels, bridges: [] }, nothing);
    expect(plan.present).toEqual(new Set(['c1', 'c2']));
    expect(plan.found.map((found) => [found.channel.id, found.talk])).toEqual([
      ['c1', undefined],
      ['c2', undefined],
    ]);
    expect(plan.hangUp).toEqual([]);
  });

  test('a caller who was hearing a network before anybody answered is called for anew', () => {
    const channels = [channel('c1'), channel('leg-c1-x', 'AppDial2', '')];
    const plan = reconcile('uirapuru', { channels, bridges: [bridge('early-c1', 'c1', 'snoop-leg-c1-x')] }, nothing);
    expect(plan.found.map((found) => [found.channel.id, found.talk])).toEqual([['c1', undefined]]);
    expect(plan.hangUp).toEqual(['leg-c1-x']);
    expect(plan.destroyBridges).toEqual([{ bridgeId: 'early-c1', callerId: 'c1' }]);
  });

  test('a talk is found whole', () => {
    const snapshot = {
      channels: [channel('c1'), channel('leg-c1-x', 'Stasis', 'uirapuru,leg')],
      bridges: [bridge('talk-c1', 'c1', 'leg-c1-x')],
    };
    const plan = reconcile('uirapuru', snapshot, nothing);
    expect(plan.found[0]?.talk).toEqual({ legId: 'leg-c1-x', extension: '101' });
    expect([plan.hangUp, plan.destroyBridges]).toEqual([[], []]);
  });

  test('a leg that has become a caller has its own talk, with whoever was placed for it or came from another call', () => {
    const channels = ['leg-c1-x', 'leg-leg-c1-x-y', 'leg-c2-x', 'c3'].map((id) =>
      channel(id, 'Stasis', 'uirapuru,leg'),
    );
    const bridges = [bridge('talk-leg-c1-x', 'leg-c1-x', 'leg-leg-c1-x-y'), bridge('talk-leg-c2-x', 'leg-c2-x', 'c3')];
    const plan = reconcile('uirapuru', { channels, bridges }, nothing);
    expect(plan.found.map((found) => [found.channel.id, found.talk])).toMatchObject([
      ['leg-c1-x', { legId: 'leg-leg-c1-x-y' }],
      ['leg-c2-x', { legId: 'c3' }],
    ]);
    expect([plan.hangUp, plan.destroyBridges]).toEqual([[], []]);
  });

  test('who waits is found with what was noted, whether caller or leg; a bridge in which nobody waits is removed', () => {
    const waits = { ...bridge('wait-leg-c1-x', 'leg-c1-x'), name: 'a note' };
    const channels = [channel('leg-c1-x', 'Stasis', 'uirapuru,leg')];
    const plan = reconcile('uirapuru', { channels, bridges: [waits, bridge('wait-c2')] }, nothing);
    expect(plan.found).toMatchObject([{ channel: { id: 'leg-c1-x' }, talk: undefined, note: 'a note' }]);
    expect(plan.destroyBridges).toEqual([{ bridgeId: 'wait-c2', callerId: undefined }]);
  });

  test('a talk that was being taken apart is found whole, or each side with its note', () => {
    const channels = [channel('c1'), channel('leg-c1-x', 'Stasis', 'uirapuru,leg')];
    const noted = (id: string, ...inIt: string[]) => ({ ...bridge(`wait-${id}`, ...inIt), name: `of ${id}` });
    const found = (...bridges: AriBridge[]) => {
      const plan = reconcile('uirapuru', { channels, bridges }, nothing);
      expect(plan.hangUp).toEqual([]);
      return plan.found.map((one) => [one.channel.id, one.talk === undefined ? one.note : 'talks']);
    };
    const both = [
      ['c1', 'of c1'],
      ['leg-c1-x', 'of leg-c1-x'],
    ];
    const whole = bridge('talk-c1', 'c1', 'leg-c1-x');
    expect(found(noted('c1'), whole)).toEqual([['c1', 'talks']]);
    expect(found(noted('c1'), noted('leg-c1-x'), whole)).toEqual([['c1', 'talks']]);
    expect(found(noted('c1', 'c1'), noted('leg-c1-x'), bridge('talk-c1', 'leg-c1-x'))).toEqual(both);
    expect(found(noted('c1'), noted('leg-c1-x', 'leg-c1-x'), bridge('talk-c1', 'c1'))).toEqual(both);
    expect(found(noted('c1'), noted('leg-c1-x'), bridge('talk-c1'))).toEqual(both);
    expect(found(noted('c1', 'c1'), noted('leg-c1-x', 'leg-c1-x'))).toEqual(both);
  });

  test('a caller left alone in a talk is taken out of it', () => {
    const plan = reconcile('uirapuru', { channels: [channel('c1')], bridges: [bridge('talk-c1', 'c1')] }, nothing);
    expect(plan.found[0]?.talk).toBe('over');
    expect(plan.destroyBridges).toEqual([{ bridgeId: 'talk-c1', callerId: 'c1' }]);
  });

  test('a person left alone in a talk, and a phone that still rings, are hung up', () => {
    const channels = [
      channel('leg-c1-x', 'Stasis', 'uirapuru,leg'),
      channel('leg-c2-y', 'AppDial2', '(Outgoing Line)'),
    ];
    const plan = reconcile('uirapuru', { channels, bridges: [bridge('talk-c1', 'leg-c1-x')] }, nothing);
    expect(plan.hangUp).toEqual(['leg-c1-x', 'leg-c2-y']);
    expect(plan.destroyBridges).toEqual([{ bridgeId: 'talk-c1', callerId: undefined }]);
  });

  test('a bridge that is not ours stays', () => {
    expect(reconcile('uirapuru', { channels: [], bridges: [bridge('conference')] }, nothing).destroyBridges).toEqual(
      [],
    );
  });
});

describe('after a lost connection', () => {
  const known: Known = { callers: new Set(['c1', 'c2']), legs: new Set(['leg-c1-x', 'leg-c1-y', 'leg-c1-z']) };

  test('what ended meanwhile is gone, and what we follow is neither found again nor hung up', () => {
    const channels = [
      channel('c1'),
      channel('leg-c1-x', 'AppDial2', '(Outgoing Line)'),
      channel('leg-c1-y', 'Stasis', 'uirapuru,leg'),
    ];
    const plan = reconcile('uirapuru', { channels, bridges: [] }, known);
    expect(plan.goneCallers).toEqual(['c2']);
    expect(plan.goneLegs).toEqual(['leg-c1-z']);
    expect(plan.answeredLegs).toEqual(['leg-c1-y']);
    expect([plan.found, plan.hangUp]).toEqual([[], []]);
  });

  test('the bridge of a caller we know is left to the talk that owns it', () => {
    const snapshot = { channels: [channel('c1')], bridges: [bridge('talk-c1', 'c1')] };
    expect(reconcile('uirapuru', snapshot, known).destroyBridges).toEqual([]);
  });
});
