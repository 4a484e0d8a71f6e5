import { expect, test } from 'vitest';
import { lastConnectionOf } from './last-connection.ts';

const timeZone = 'America/Sao_Paulo';
const session = {
  login: 'helena',
  startedAt: new Date('2019-12-15T21:22:24Z'),
  endedAt: null,
  address: '203.0.113.100',
  nasAddress: '10.28.33.20',
};

test('an open session is told as documented', () => {
  expect(lastConnectionOf(session, new Date('2019-12-16T20:15:30Z'), timeZone)).toEqual({
    conectado: true,
    ultima_conexao_datetime: '2019-12-15 18:22:24-03',
    ultima_desconexao_datetime: null,
    ultima_conexao: '15/12/2019 18:22:24',
    ultima_desconexao: null,
    ultimo_ipv4: '203.0.113.100',
    ultimo_nas_ip: '10.28.33.20',
    status_txt: 'CONECTADO HÁ 0 MES(ES), 0 DIA(S), 22 HORA(S) e 53 MINUTO(S) - 203.0.113.100(10.28.33.20)',
    status_txt_resumido: 'CONECTADO HÁ 0 MES(ES), 0 DIA(S), 22 HORA(S) e 53 MINUTO(S)',
  });
});

test('a closed one is told from its end on, in months of the calendar', () => {
  const endedAt = new Date('2020-01-31T12:00:00Z');
  expect(lastConnectionOf({ ...session, endedAt, address: null }, new Date('2020-03-02T12:01:00Z'), timeZone)).toEqual({
    conectado: false,
    ultima_conexao_datetime: '2019-12-15 18:22:24-03',
    ultima_desconexao_datetime: '2020-01-31 09:00:00-03',
    ultima_conexao: '15/12/2019 18:22:24',
    ultima_desconexao: '31/01/2020 09:00:00',
    ultimo_ipv4: null,
    ultimo_nas_ip: '10.28.33.20',
    status_txt: 'DESCONECTADO HÁ 1 MES(ES), 2 DIA(S), 0 HORA(S) e 1 MINUTO(S) - (10.28.33.20)',
    status_txt_resumido: 'DESCONECTADO HÁ 1 MES(ES), 2 DIA(S), 0 HORA(S) e 1 MINUTO(S)',
  });
});

test('a concentrator whose clock is ahead makes no time of less than nothing', () => {
  const told = lastConnectionOf(session, new Date('2019-12-15T21:22:00Z'), timeZone);
  expect(told).toMatchObject({ status_txt_resumido: 'CONECTADO HÁ 0 MES(ES), 0 DIA(S), 0 HORA(S) e 0 MINUTO(S)' });
});

test('who has never connected has no last connection', () => {
  expect(lastConnectionOf(undefined, new Date(), timeZone)).toEqual([]);
});
