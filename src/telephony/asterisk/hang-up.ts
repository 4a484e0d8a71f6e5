import type { Logger } from '../../kernel/logger.ts';
import { type CallControl, isGone } from './call-control.ts';
import { normalClearing } from './hang-up-cause.ts';

/** Hangs a channel up that is nobody's, with a cause of Q.850; one that is gone already is as good. Never fails. */
export async function hangUp(
  channelId: string,
  { control, logger }: { readonly control: CallControl; readonly logger: Logger },
  cause = normalClearing,
): Promise<void> {
  try {
    await control.tell('DELETE /channels/{channelId}', {
      path: { channelId },
      query: { reason_code: String(cause) },
    });
  } catch (error) {
    if (!isGone(error)) logger.warn({ err: error, channelId }, 'a channel could not be hung up');
  }
}
