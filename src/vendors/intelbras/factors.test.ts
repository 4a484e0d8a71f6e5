import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedIntelbras, servedIntelbras } from '../../../test/helpers/intelbras.ts';

let pbx: ServedIntelbras;
beforeAll(async () => {
  pbx = await servedIntelbras();
});
afterAll(() => pbx.close());

const both = [true, false];
/** Every combination of right and wrong factors. */
const factors = both.flatMap((login) =>
  both.flatMap((password) => both.flatMap((token) => both.map((origin) => ({ login, password, token, origin })))),
);

interface Way {
  readonly name: string;
  /** What the caller's machine is. */
  readonly remoteAddress: (origin: string) => string;
  readonly headers: (origin: string) => Record<string, string>;
  /** Whether what is right passes on it. */
  readonly passes: boolean;
}

/** The instance's address, and that of somebody else. */
const [rightOrigin, wrongOrigin] = ['203.0.113.7', '203.0.113.8'];
const proxy = '127.0.0.1';

const ways: readonly Way[] = [
  {
    name: 'https by a trusted proxy',
    remoteAddress: () => proxy,
    headers: (origin) => ({ 'x-forwarded-proto': 'https', 'x-forwarded-for': origin }),
    passes: true,
  },
  {
    name: 'https by a trusted proxy, the address written as IPv6',
    remoteAddress: () => '::ffff:127.0.0.1',
    headers: (origin) => ({ 'x-forwarded-proto': 'https', 'x-forwarded-for': `::ffff:${origin}` }),
    passes: true,
  },
  {
    name: 'https by a trusted proxy that passes on what the caller said of itself',
    remoteAddress: () => proxy,
    headers: (origin) => ({ 'x-forwarded-proto': 'https', 'x-forwarded-for': `${rightOrigin}, ${origin}` }),
    passes: true,
  },
  {
    name: 'http by a trusted proxy',
    remoteAddress: () => proxy,
    headers: (origin) => ({ 'x-forwarded-proto': 'http', 'x-forwarded-for': origin }),
    passes: false,
  },
  { name: 'http', remoteAddress: (origin) => origin, headers: () => ({}), passes: false },
  {
    name: 'http that calls itself https',
    remoteAddress: (origin) => origin,
    headers: () => ({ 'x-forwarded-proto': 'https', 'x-forwarded-for': rightOrigin }),
    passes: false,
  },
];

describe.each(ways)('by $name', (way) => {
  test.each(factors)('login $login, senha $password, token $token, origin $origin', async (right) => {
    const instance = await instanceOf();
    const origin = right.origin ? rightOrigin : wrongOrigin;
    const answer = await pbx.app.inject({
      method: 'POST',
      url: '/api.php',
      remoteAddress: way.remoteAddress(origin),
      headers: way.headers(origin),
      payload: JSON.stringify({
        acao: 'statusramais',
        login: right.login ? instance.login : 'toor',
        senha: right.password ? instance.password : 'senha errada',
        token: right.token ? instance.token : 'token errado',
      }),
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const all = right.login && right.password && right.token && right.origin;
    const refusal = way.passes ? '["Status","Login/Senha Invalido"]' : '["Status","Erro de Protocolo"]';
    expect(answer.body.replace(/^\[\{"Ramal":"2001".*$/, 'let in')).toBe(all && way.passes ? 'let in' : refusal);
  });
});

let made: Promise<{ login: string; password: string; token: string }> | undefined;
function instanceOf() {
  made ??= pbx.instances.create(pbx.tenantId, {
    login: 'crm',
    origin: rightOrigin,
    passwordRequired: true,
    administers: false,
  });
  return made;
}

test('without a password only an instance that needs none is let in, and a wrong one is wrong there too', async () => {
  const wanted = { login: 'new', origin: rightOrigin, administers: false };
  const lax = await pbx.instances.create(pbx.tenantId, { ...wanted, passwordRequired: false });
  const strict = await pbx.instances.create(pbx.tenantId, { ...wanted, passwordRequired: true });
  const look = ({ login, token }: { login: string; token: string }, password?: string) =>
    pbx.instances.verify({ login, token, password, origin: rightOrigin });
  expect(await look(lax)).toMatchObject({ name: 'new' });
  expect(await look(lax, lax.password)).toMatchObject({ name: 'new' });
  expect(await look(lax, 'wrong')).toBeUndefined();
  expect(await look(strict)).toBeUndefined();
});

test('refusals cost the same whatever was wrong: the password is looked at each time', async () => {
  const { login, password, token } = await instanceOf();
  const shown = { login, password, token, origin: rightOrigin };
  const wrong = [
    { ...shown, origin: wrongOrigin },
    { ...shown, password: 'wrong' },
    { ...shown, token: 'wrong' },
    { ...shown, login: 'wrong' },
  ];
  // What was right before must not make what is half right quick.
  await pbx.instances.verify(shown);
  const costs = wrong.map(() => [] as number[]);
  for (let round = 0; round < 7; round++) {
    for (const [kind, one] of wrong.entries()) {
      const from = process.cpuUsage();
      expect(await pbx.instances.verify(one)).toBeUndefined();
      const { user, system } = process.cpuUsage(from);
      costs[kind]?.push(user + system);
    }
  }
  const medians = costs.map((each) => each.toSorted((a, b) => a - b)[3] ?? 0);
  // Without the look at the password it is a fiftieth.
  expect(Math.max(...medians)).toBeLessThan(Math.min(...medians) * 3);
});

test('another tenant is served nothing of this one', async () => {
  const wanted = { login: 'crm', origin: rightOrigin, passwordRequired: true, administers: false };
  const foreign = await pbx.instances.create(pbx.otherTenantId, wanted);
  const answer = await pbx.app.inject({
    method: 'POST',
    url: '/api.php',
    headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': rightOrigin },
    payload: JSON.stringify({ acao: 'statusramais', login: 'crm', senha: foreign.password, token: foreign.token }),
  });
  expect(answer.body).not.toContain('2001');
});

test('after too many wrong guesses an address is refused like before, and others are not', async () => {
  const guarded = await servedIntelbras({ failuresPerMinute: 3 });
  const ask = async (senha: string, origin: string) => {
    const { login, token } = guarded.instance;
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': origin };
    const payload = JSON.stringify({ acao: 'statusramais', login, token, senha });
    return (await guarded.app.inject({ method: 'POST', url: '/api.php', headers, payload })).body;
  };
  for (let guess = 0; guess < 6; guess++) {
    expect(await ask(`guess ${guess}`, '198.51.100.9')).toBe('["Status","Login/Senha Invalido"]');
  }
  expect(await ask(guarded.instance.password, '127.0.0.1')).toContain('"Ramal":"2001"');
  await guarded.close();
});
