/**
 * E-mail and SMS to subscribers. `accepted` means that the message is stored and will be delivered however long the
 * provider's server is away; it is delivered at least once. `refused` means that the address can never be reached.
 */
export interface Messaging {
  sendEmail(message: EmailMessage): Promise<'accepted' | 'refused'>;
  sendSms(message: SmsMessage): Promise<'accepted' | 'refused'>;
}

export interface EmailMessage {
  readonly tenantId: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly EmailAttachment[];
  /** One message per tenant and key, however often it is asked for. */
  readonly dedupeKey: string;
}

export interface EmailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface SmsMessage {
  readonly tenantId: number;
  /** E.164, such as `+5534999990000`. */
  readonly to: string;
  readonly text: string;
  /** One message per tenant and key, however often it is asked for. */
  readonly dedupeKey: string;
}
