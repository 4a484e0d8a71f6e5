import { expect, test } from 'vitest';
import { ticketClockOf } from './ticket-clock.ts';

test("the time that a ticket was open, and has left, is counted as in the documentation's sample", () => {
  expect(ticketClockOf(new Date('2020-03-05T17:52:00Z'), new Date('2020-03-11T12:56:10Z'))).toEqual({
    minutos_em_aberto: 8344,
    tempo_restante: '-138h 4min',
    percentual_tempo_restante: 0,
    percentual_color_class: 'white-fg md-red-bg',
  });
});

test('a ticket that was just opened has its whole hour left', () => {
  const openedAt = new Date('2026-11-21T14:00:00Z');
  expect(ticketClockOf(openedAt, new Date('2026-11-21T14:00:59Z'))).toMatchObject({
    minutos_em_aberto: 0,
    tempo_restante: '1h 0min',
    percentual_tempo_restante: 100,
  });
  expect(ticketClockOf(openedAt, new Date('2026-11-21T14:45:00Z'))).toMatchObject({
    tempo_restante: '0h 15min',
    percentual_tempo_restante: 25,
    percentual_color_class: 'white-fg md-orange-bg',
  });
});
