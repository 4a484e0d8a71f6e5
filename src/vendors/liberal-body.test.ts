import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../kernel/errors.ts';
import { mergeFields, readFields, readForm } from './liberal-body.ts';

const read = async (text: string, encoding: BufferEncoding = 'utf8') => ({
  ...(await readFields(Buffer.from(text, encoding))),
});

test('JSON is read behind a byte order mark, behind blanks, and when it was encoded twice', async () => {
  const said = { app: 'ura', contrato: 10_001 };
  for (const body of ['', '\uFEFF', ' \r\n\t'].map((before) => before + JSON.stringify(said))) {
    expect(await read(body)).toEqual(said);
  }
  expect(await read(JSON.stringify(JSON.stringify(said)))).toEqual(said);
});

test('a form is read, plus signs, percent signs and empty values included', async () => {
  expect(await read('app=ura&nome=Jo%C3%A3o+da+Silva&vazio=&so\r\n')).toEqual({
    app: 'ura',
    nome: 'João da Silva',
    vazio: '',
    so: '',
  });
  expect(await read('a=100%&b=%zz&a=2')).toEqual({ a: '2', b: '%zz' });
});

test('Latin-1 is understood, as bytes and behind percent signs', async () => {
  expect(await read('{"conteudo":"Não há conexão"}', 'latin1')).toEqual({ conteudo: 'Não há conexão' });
  expect(await read('conteudo=N%E3o+h%E1')).toEqual({ conteudo: 'Não há' });
});

test('a multipart form is read whatever its header says', async () => {
  const parts = ['app', 'conteudo'].map(
    (name) => `--x7\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nvalor de ${name}\r\n`,
  );
  expect(await read(`${parts.join('')}--x7--\r\n`)).toEqual({ app: 'valor de app', conteudo: 'valor de conteudo' });
});

test('nothing at all says nothing', async () => {
  for (const body of ['', ' \n', '\uFEFF']) expect(await read(body)).toEqual({});
});

test('what cannot be read is a bad request with a sentence', async () => {
  for (const body of ['{"app":', '[1]', '"x', '"1"', '{', '--\r\n', '--x\r\nnothing']) {
    await expect(read(body)).rejects.toMatchObject({ code: 'bad_request' });
  }
});

test('names that mean something to JavaScript are names like others', async () => {
  const fields = mergeFields(await readFields(Buffer.from('{"__proto__":{"admin":true},"constructor":1}')));
  expect(Object.getPrototypeOf(fields)).toBeNull();
  expect(Object.keys(fields)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

test('any form survives its own encoding, and no bytes break the reader', async () => {
  const fields = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), {
    noNullPrototype: false,
  });
  fc.assert(
    fc.property(fields, (said) => {
      expect({ ...readForm(new URLSearchParams(said).toString()) }).toEqual(
        Object.fromEntries(new URLSearchParams(new URLSearchParams(said).toString())),
      );
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const outcome = await readFields(Buffer.from(bytes)).catch((error: unknown) => error);
      expect(outcome instanceof AppError || !(outcome instanceof Error)).toBe(true);
    }),
  );
});
