import type { Extension, RegisteredPhone } from '../../exchange/schemas.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { AriAddress } from './ari-connection.ts';
import { AriHttp } from './ari-http.ts';
import { throwUnlessGone } from './clean-up.ts';
import { upkeepChannelId } from './names.ts';
import { namesOf } from './provisioning.ts';
import { dialplan } from './runtime/dialplan.ts';

/** Who is registered at Asterisk. */
export interface Registrations {
  /**
   * The phones registered on an extension that was pushed.
   * @param domain that its exchange's phones register in
   * @throws AppError `telephony_unavailable`
   */
  phonesOf(extension: Pick<Extension, 'number' | 'kind'>, domain: string | null): Promise<RegisteredPhone[]>;
}

interface Parts {
  readonly address: AriAddress;
  readonly ids: IdSource;
}

const contactClass = { configClass: 'res_pjsip', objectType: 'contact' };

/**
 * Registrations over ARI. It lists none, but a dialplan function does, which only a channel can be asked for: one that
 * leads nowhere is made for it, and taken away again.
 */
export function createRegistrations({ address, ids }: Parts): Registrations {
  const ari = new AriHttp(address);

  async function withChannel<T>(work: (channelId: string) => Promise<T>): Promise<T> {
    const channelId = upkeepChannelId(ids.secret(6));
    const nowhere = `Local/s@${dialplan.fallback}`;
    await ari.ask('POST /channels/create', {
      query: { endpoint: nowhere, app: dialplan.application, channelId },
      body: {},
    });
    try {
      return await work(channelId);
    } finally {
      await ari.ask('DELETE /channels/{channelId}', { path: { channelId }, query: {} }).catch(throwUnlessGone);
    }
  }

  async function contactIds(channelId: string, aors: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const aor of aors) {
      // Not the operation that asks for several at once: it would take the comma for the end of a name.
      const { value } = await ari.ask('GET /channels/{channelId}/variable', {
        path: { channelId },
        query: { variable: `PJSIP_AOR(${aor},contact)` },
      });
      found.push(...value.split(',').filter((id) => id !== ''));
    }
    return found;
  }

  return {
    phonesOf: (extension, domain) =>
      withChannel(async (channelId) => {
        const phones: RegisteredPhone[] = [];
        for (const id of await contactIds(channelId, namesOf(extension, domain))) {
          try {
            const tuples = await ari.ask('GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}', {
              path: { ...contactClass, id },
            });
            phones.push(phoneOf(new Map(tuples.map(({ attribute, value }) => [attribute, value]))));
          } catch (error) {
            // Its registration has ended meanwhile.
            throwUnlessGone(error);
          }
        }
        return phones;
      }),
  };
}

function phoneOf(contact: ReadonlyMap<string, string>): RegisteredPhone {
  return {
    address: contact.get('uri') ?? '',
    userAgent: contact.get('user_agent') ?? '',
    expiresAt: new Date(Number(contact.get('expiration_time')) * 1000).toISOString(),
  };
}
