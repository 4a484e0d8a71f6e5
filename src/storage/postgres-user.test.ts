import { expect, test } from 'vitest';
import { unprivilegedAccount, waysForRoot } from './postgres-user.ts';

test('PostgreSQL runs as its own account where there is one, else as nobody, never as root', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n';
  expect(unprivilegedAccount(passwd)).toEqual({ uid: 65534, gid: 65534 });
  expect(unprivilegedAccount(`${passwd}postgres:x:101:104::/:/bin/sh\n`)).toEqual({ uid: 101, gid: 104 });
  expect(unprivilegedAccount('root:x:0:0::/root:/bin/sh\npostgres:x:0:0::/:/bin/sh\n')).toBeUndefined();
});

test('the way that leaves the files to root is tried first', () => {
  const [first, second] = waysForRoot({ uid: 101, gid: 104 });
  expect(first?.owner.uid).toBe(0);
  expect(second?.owner.uid).toBe(101);
  expect(second?.prefix.join(' ')).toContain('-all,+dac_override');
});
