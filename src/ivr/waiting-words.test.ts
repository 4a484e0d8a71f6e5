import { expect, test } from 'vitest';
import { newQueue, type QueueSettings } from '../queues/schemas.ts';
import { WaitingWords } from './waiting-words.ts';

const place = { position: 2, expectedWaitMs: 200_000 };
const came = 1_000_000;

function settings(wished: Partial<QueueSettings>): QueueSettings {
  return { ownMusic: false, ...newQueue.parse({ number: '033', name: 'Fila', ...wished }) };
}

/** At which seconds of the wait something is said within two minutes, and what. */
function said(wished: Partial<QueueSettings>): [number, ...string[]][] {
  const words = new WaitingWords(settings(wished), came, came);
  const all: [number, ...string[]][] = [];
  for (let nowMs = words.dueMs; nowMs <= came + 120_000; nowMs = words.dueMs) {
    const heard = words.at(nowMs, place).map((word) => ('say' in word ? word.say : 'text' in word ? word.text : '?'));
    all.push([(nowMs - came) / 1_000, ...heard]);
    words.over(nowMs);
  }
  return all;
}

test('who waits hears the place and the wait at once and at intervals, as the queue wants it', () => {
  expect(said({ announceSeconds: 60 })).toEqual([
    [0, 'queue_ahead', 'queue_wait'],
    [60, 'queue_ahead', 'queue_wait'],
    [120, 'queue_ahead', 'queue_wait'],
  ]);
  expect(said({ announceSeconds: 90, announceWait: false })).toEqual([
    [0, 'queue_ahead'],
    [90, 'queue_ahead'],
  ]);
  expect(said({ announceSeconds: 0 })).toEqual([]);
});

test('sentences of the queue’s own are said in turn, after the place', () => {
  const wished = { announceSeconds: 45, announceWait: false, sentences: ['Um.', 'Dois.'] };
  expect(said(wished)).toEqual([
    [0, 'queue_ahead', 'Um.'],
    [45, 'queue_ahead', 'Dois.'],
    [90, 'queue_ahead', 'Um.'],
  ]);
});

test('to be called back is offered at once, or after a while, and from then on each time', () => {
  const wished = { announceSeconds: 50, announcePosition: false, announceWait: false, callback: true };
  expect(said(wished)).toEqual([
    [0, 'queue_offer_callback'],
    [50, 'queue_offer_callback'],
    [100, 'queue_offer_callback'],
  ]);
  expect(said({ ...wished, callbackAfterSeconds: 30 })).toEqual([
    [0],
    [30, 'queue_offer_callback'],
    [50, 'queue_offer_callback'],
    [100, 'queue_offer_callback'],
  ]);
  expect(said({ ...wished, announceSeconds: 0, callbackAfterSeconds: 30 })).toEqual([[30, 'queue_offer_callback']]);
});
