import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSgpConnection, type SgpConnection } from './connection.ts';

const signal = new AbortController().signal;
let server: Server;
let sgp: SgpConnection;
let accepted = 0;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    request.resume();
    request.on('end', () => response.end('{"status":1}'));
  });
  server.on('connection', () => (accepted += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sgp = openSgpConnection({ url, token: 'token', app: 'ura' });
});
afterAll(async () => {
  await sgp.close();
  server.close();
});

test('questions one after the other go over connections that are kept', async () => {
  for (let i = 0; i < 10; i += 1) {
    expect(await sgp.ask('verificaacesso', { contrato: i }, signal)).toEqual({ body: { status: 1 } });
  }
  // A connection is free again a moment after its answer was read, so that there may be two.
  expect(accepted).toBeLessThanOrEqual(2);
});

test('two hundred callers at once are all answered, over no more than 32 connections', async () => {
  const before = asked;
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, contrato) => sgp.ask('verificaacesso', { contrato }, signal)),
  );
  expect(answers.filter((answer) => 'body' in answer)).toHaveLength(200);
  expect(asked - before).toBe(200);
  expect(accepted).toBeLessThanOrEqual(32);
});
