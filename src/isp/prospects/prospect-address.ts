import { sql } from 'kysely';
import type { ProviderTransaction } from '../provider.ts';

/** Where a prospect wants the service. */
export interface ProspectAddress {
  /** Eight digits. */
  readonly postalCode: string;
  readonly district: string;
  /** With what kind of street it is: `Praça Getúlio Vargas`. */
  readonly street: string;
  readonly number: string;
  readonly complement: string | undefined;
  /** In degrees. */
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

/** Writes an address, in a district of the city's that is added where the provider has none of this name; gives its id. */
export async function addressOf(
  transaction: ProviderTransaction,
  cityId: number,
  address: ProspectAddress,
): Promise<number> {
  const { db, tenantId } = transaction;
  const { streetType, street } = streetOf(address.street);
  const { id } = await db
    .insertInto('address')
    .values({
      tenant_id: tenantId,
      district_id: await districtNamed(transaction, cityId, address.district),
      street_type: streetType,
      street,
      number: address.number,
      complement: address.complement,
      postal_code: address.postalCode,
      latitude: address.latitude,
      longitude: address.longitude,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const kindOfStreet = /^(rua|avenida|av\.?|praça|travessa|alameda|rodovia|estrada|largo|viela|beco|via|vila)\s+(?=\S)/i;

/** What kind of street it is, where the name begins with that. */
function streetOf(name: string): { streetType: string; street: string } {
  const match = kindOfStreet.exec(name.trim());
  if (match === null) return { streetType: '', street: name.trim() };
  return { streetType: match[1] ?? '', street: name.trim().slice(match[0].length) };
}

async function districtNamed({ db, tenantId }: ProviderTransaction, cityId: number, name: string): Promise<number> {
  const known = await db
    .selectFrom('district')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('city_id', '=', cityId)
    .where((eb) => eb(eb.fn<string>('search_form', ['name']), '=', sql<string>`search_form(${name})`))
    .orderBy('id')
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  const added = await db
    .insertInto('district')
    .values({ tenant_id: tenantId, city_id: cityId, name: name.trim() })
    .returning('id')
    .executeTakeFirstOrThrow();
  return added.id;
}
