import { expect, test } from 'vitest';
import { askEveryMs, HangWatch } from '../../scripts/launch/hang-watch.mjs';

test('a control plane that answers, however late within the time, does not hang', () => {
  const watch = new HangWatch();
  for (let question = 0; question < 100; question++) {
    expect(watch.asks()).toBe(false);
    if (question % 4 === 3) watch.answered();
  }
});

test('one that answers nothing for about ten seconds hangs', () => {
  const watch = new HangWatch();
  let questions = 0;
  while (!watch.asks()) questions++;
  expect(questions * askEveryMs).toBe(10_000);
});
