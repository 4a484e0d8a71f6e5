import type { z } from 'zod';
import type { BackOffice } from '../../../isp/service.ts';
import { type Refusal, refuseValueOf } from '../answers.ts';
import { apiRoute } from '../route.ts';
import { callNoticeAnswer, callNoticeRequest } from '../wire/call-notice.ts';

type Asked = z.output<typeof callNoticeRequest>;

/** Chapter 7: opens the window about a call on the screen of the agent whose phone rings. */
export const pbxLigacaoNotificar = apiRoute({
  method: 'POST',
  path: 'pbx/ligacao/notificar',
  summary: "Open a window about a call on an agent's screen.",
  request: callNoticeRequest,
  answer: callNoticeAnswer,
  async run({ office, actKey }, request) {
    const extension = await extensionOf(office, request);
    if (typeof extension !== 'string') return extension;
    const known = await office.announceCall({ ...noticeOf(request), extension, actKey: actKey(Number(extension)) });
    return known ? { status: 'success' as const, msg: 'Ligação notificada com sucesso' } : unknownCaller(request);
  },
});

/** Chapter 7: closes that window, if it is still open; one that is not is no error, for the agent may have closed it. */
export const pbxLigacaoCancelar = apiRoute({
  method: 'POST',
  path: 'pbx/ligacao/cancelar',
  summary: "Close the window about a call on an agent's screen, if it is open.",
  request: callNoticeRequest,
  answer: callNoticeAnswer,
  async run({ office }, request) {
    const extension = await extensionOf(office, request);
    if (typeof extension !== 'string') return extension;
    const known = await office.withdrawCall({ ...noticeOf(request), extension });
    return known ? { status: 'success' as const, msg: 'Ligação cancelada com sucesso' } : unknownCaller(request);
  },
});

async function extensionOf(office: BackOffice, asked: Asked): Promise<string | Refusal> {
  const { ramal, identificador_interno: internalId = '' } = asked;
  const found = await office.extensionNamed(ramal === undefined ? { internalId } : { number: ramal });
  return found ?? refuseValueOf(ramal === undefined ? 'identificador_interno' : 'ramal');
}

function noticeOf({ id_cliente, codigo_cliente, telefone }: Asked) {
  const byCode = codigo_cliente === undefined ? undefined : { code: codigo_cliente };
  return { about: id_cliente === undefined ? byCode : { subscriber: id_cliente }, callerNumber: telefone };
}

function unknownCaller({ id_cliente }: Asked): Refusal {
  return refuseValueOf(id_cliente === undefined ? 'codigo_cliente' : 'id_cliente');
}
