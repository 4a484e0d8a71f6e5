import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { standing } from '../../../test/helpers/isp.ts';
import { type ServedSgp, servedSgp } from '../../../test/helpers/sgp.ts';
import { uraMethods } from './methods/all.ts';

const run = promisify(execFile);
const guide = readFileSync(new URL('../../../docs/integrations/sgp.md', import.meta.url), 'utf8');
const lines = [...guide.matchAll(/```sh\n(curl .*)\n```/g)].map((match) => match[1] ?? '');

let sgp: ServedSgp;
let url: string;
beforeAll(async () => {
  sgp = await servedSgp();
  await sgp.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(sgp.app.server.address() as AddressInfo).port}`;
});
afterAll(() => sgp.close());

test('the guide shows a line for each method, and each line works', async () => {
  const unlockable = sgp.demo.filter((one) => one.situation === 'suspended')[1];
  const [contrato = 0] = unlockable?.contracts ?? [];
  const { body } = await sgp.ask('titulos', { contrato });
  const [fatura] = body.titulos as { id: number }[];
  const env = {
    PATH: process.env.PATH,
    URL: url,
    TOKEN: sgp.credentials.token,
    APP: sgp.credentials.app,
    CPF: unlockable?.document,
    CONTRATO: String(contrato),
    FATURA: String(fatura?.id),
  };
  const answers: Record<string, Record<string, unknown>> = {};
  for (const line of lines) {
    const path = /\$URL\/(?:ws|api)\/(?:ura\/)?([a-z0-9/_.]+)/.exec(line)?.[1] ?? line;
    const { stdout } = await run('sh', ['-c', line], { env });
    answers[path.replace(/\/$/, '')] = JSON.parse(stdout) as Record<string, unknown>;
  }
  const documented = uraMethods.map(({ path }) => path.replace('/:fatura', ''));
  expect(Object.keys(answers).toSorted()).toEqual([...documented, 'openapi.json'].toSorted());
  expect(answers.consultacliente).toMatchObject({ contratos: [{ contratoId: contrato, contratoStatus: 4 }] });
  expect(answers.titulos).toMatchObject({ titulos: [{ id: fatura?.id }] });
  expect(answers.clientes).toMatchObject({ paginacao: { limit: 10 } });
  expect(answers['ocorrencia/list']).toMatchObject({ ocorrencias: [{ conteudo: 'Sem conexão' }, {}, {}] });
  expect(Array.isArray(answers['manutencao/list'])).toBe(true);
  const others = [
    'enviafatura',
    'liberacaopromessa',
    'chamado',
    'notificacaosistema',
    'fatura2via',
    'pagamento/pix',
    'sms/send',
  ];
  expect(others.map((path) => [path, answers[path]?.status])).toEqual(others.map((path) => [path, 1]));
  expect(answers.verificaacesso).toMatchObject({ status: 2, msg: 'Serviço Offline' });
});

test('a program written for SGP runs with only its address, token and application changed', async () => {
  const subscriber = sgp.demo.find((one) => one.situation === 'suspended');
  const program = fileURLToPath(new URL('../../../test/programs/ura.py', import.meta.url));
  const { token, app } = sgp.credentials;
  const { stdout } = await run('python3', [program, `${url}/PROVEDORX`, token, app, subscriber?.document ?? '']);
  const [contrato = 0] = subscriber?.contracts ?? [];
  expect(JSON.parse(stdout)).toMatchObject({
    nome: subscriber?.name,
    contrato,
    divida: expect.any(Number),
    linha: expect.stringMatching(/^\d{47}$/),
    liberado: true,
    protocolo: expect.stringMatching(/^\d{14}$/),
  });
  expect((await standing(sgp, contrato)).state).toBe('active');
});
