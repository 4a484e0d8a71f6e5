import { localDateTime } from '../kernel/clock.ts';
import type { EmailMessage } from '../messaging/service.ts';

/** A message as its letter tells of it. */
export interface LetterOf {
  readonly tenantId: number;
  readonly id: string;
  readonly extension: string;
  readonly callerNumber: string;
  readonly leftAt: Date;
  readonly durationMs: number;
  readonly wav: Buffer;
}

/** The e-mail by which an extension's person gets a message. */
export function voicemailLetter(message: LetterOf, to: string, timeZone: string): EmailMessage {
  const { tenantId, id, extension, callerNumber, leftAt, durationMs, wav } = message;
  const caller = callerNumber === '' ? 'número não identificado' : callerNumber;
  const [date = '', time = ''] = localDateTime(leftAt, timeZone).split(/[ T]/);
  const day = date.split('-').toReversed().join('/');
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  return {
    tenantId,
    to,
    dedupeKey: `voicemail ${id}`,
    subject: `Recado de ${caller} para o ramal ${extension}`,
    text: [
      `Você tem um recado no ramal ${extension}.`,
      '',
      `De: ${caller}`,
      `Quando: ${day} às ${time.slice(0, 5)}`,
      `Duração: ${seconds} s`,
      '',
      'O recado está no anexo. Para ouvi-lo no telefone, disque *97.',
      '',
    ].join('\n'),
    attachments: [
      {
        filename: `recado-${date}-${time.slice(0, 5).replace(':', 'h')}.wav`,
        contentType: 'audio/x-wav',
        content: wav,
      },
    ],
  };
}
