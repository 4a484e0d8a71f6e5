import { type ProtocolNumber, protocolGroups } from '../kernel/protocol-number.ts';
import type { NodeContext } from './node-context.ts';

/**
 * Keeps a protocol for the caller: `{protocol}` is the number, `{protocol_words}` the sentence that
 * says it twice, or that the ERP gave none that can be dictated.
 */
export function keepProtocol(context: NodeContext, protocol: ProtocolNumber | undefined): void {
  const { session } = context;
  if (protocol === undefined || protocolGroups(protocol).length === 0) {
    session.set('protocol_words', [{ say: 'protocol_unknown' }]);
    return;
  }
  const number = { protocol };
  session.set('protocol', number);
  session.set('protocol_words', [
    { say: 'protocol', with: { protocol: number } },
    { say: 'protocol_repeat', with: { protocol: number } },
  ]);
}
