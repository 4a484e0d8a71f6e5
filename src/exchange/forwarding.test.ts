import { expect, test } from 'vitest';
import { forwardTarget } from './forwarding.ts';
import { newExtension } from './schemas.ts';

const extension = {
  ...newExtension.parse({ number: '1001', forwardBusy: '1002', forwardNoAnswer: '991234567', forwardAlways: null }),
  password: 'a-secret',
};

test('a call goes on where the extension has it forwarded for the reason that it was not taken', () => {
  expect(forwardTarget(extension, 'busy', [])).toBe('1002');
  expect(forwardTarget(extension, 'no_answer', [])).toBe('991234567');
  expect(forwardTarget(extension, 'always', [])).toBeUndefined();
  expect(forwardTarget(extension, 'unreachable', [])).toBeUndefined();
});

test('a call is not forwarded in a circle, nor without end', () => {
  expect(forwardTarget({ ...extension, forwardBusy: '1001' }, 'busy', [])).toBeUndefined();
  expect(forwardTarget(extension, 'busy', ['1002'])).toBeUndefined();
  expect(forwardTarget(extension, 'busy', ['1003', '1004'])).toBe('1002');
  expect(forwardTarget(extension, 'busy', ['1003', '1004', '1005'])).toBeUndefined();
});
