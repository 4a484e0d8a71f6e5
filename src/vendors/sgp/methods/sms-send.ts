import { AppError } from '../../../kernel/errors.ts';
import { isMobile } from '../../../kernel/phone-number.ts';
import { uraMethod } from '../method.ts';
import { phoneOf } from '../subject.ts';
import { smsSendAnswer, smsSendRequest } from '../wire.ts';

const mostNumbers = 100;

/** A text to one or several telephones; when one of them cannot be reached, nothing is sent. */
export const smsSend = uraMethod({
  path: 'sms/send',
  alsoAt: ['/api/sms/send'],
  summary: 'Send a text message to mobile telephones.',
  request: smsSendRequest,
  answer: smsSendAnswer,
  async run({ office, actKey }, request) {
    const numbers = (request.phone ?? request.telefone ?? '').split(/[,;]/).map((each) => each.trim());
    const written = numbers.filter((each) => each !== '');
    const text = (request.msg ?? request.mensagem ?? '').trim();
    if (written.length === 0) throw new AppError('bad_request', 'O campo phone é obrigatório.');
    if (written.length > mostNumbers) throw new AppError('bad_request', `No máximo ${mostNumbers} telefones por vez.`);
    if (text === '') throw new AppError('bad_request', 'O campo msg é obrigatório.');
    const wrong = written.filter((each) => !isMobile(phoneOf(each) ?? ''));
    if (wrong.length > 0) return { status: 0 as const, msg: `Telefone inválido: ${wrong.join(', ')}` };
    const to = [...new Set(written.map((each) => phoneOf(each) ?? ''))];
    await office.sendSms({ to, text, key: actKey(0) });
    return { status: 1 as const, msg: 'Mensagem enviada' };
  },
});
