import { addDays, startOfDay } from '../../../kernel/clock.ts';
import { daysFrom } from '../mapping/days.ts';
import { sessionOf, totalsOf } from '../mapping/session.ts';
import { apiRoute } from '../route.ts';
import { sessionsAnswer, sessionsRequest } from '../wire/connection.ts';
import { found } from '../wire.ts';

const defaultDays = 30;
const nothing = { sessions: 0, downloadBytes: 0, uploadBytes: 0, seconds: 0 };

/**
 * Chapter 4.6: the connections of a login that were on within a window of days, the latest first. What its table says the
 * window is of, due days, is a slip. The statistics are of all of them, however many `limit` shows.
 */
export const extratoConexao = apiRoute({
  method: 'GET',
  path: 'cliente/extrato_conexao',
  summary: 'List the connections of a login, with statistics.',
  request: sessionsRequest,
  answer: sessionsAnswer,
  async run({ office }, { termo_busca: login, limit, ...asked }) {
    const { timeZone } = office;
    const today = office.today();
    const { from, to } = daysFrom(asked, defaultDays, today);
    const time = { from: startOfDay(from, timeZone), until: startOfDay(addDays(to, 1), timeZone) };
    // One that goes on has no end yet; but nobody knows that it will.
    const history = from > today ? undefined : await office.sessionHistory(login, time, limit);
    return {
      status: 'success' as const,
      msg: found,
      registros:
        history?.sessions.map((session) => sessionOf(session, { login, owner: history.owner }, timeZone)) ?? [],
      estatisticas: totalsOf(history?.totals ?? nothing),
    };
  },
});
