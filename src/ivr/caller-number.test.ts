import { expect, test } from 'vitest';
import { numberToCallBack } from './caller-number.ts';

test('a telephone and an extension can be called back', () => {
  expect(numberToCallBack('37999887766')).toBe('+5537999887766');
  expect(numberToCallBack('+5537999887766')).toBe('+5537999887766');
  expect(numberToCallBack('2001')).toBe('2001');
});

test.each(['', 'anonymous', 'Restricted', '1', '00000000000000'])('who calls from "%s" cannot', (callerNumber) => {
  expect(numberToCallBack(callerNumber)).toBeUndefined();
});
