import type { Insertable, Selectable } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { DB } from '../storage/tables.generated.ts';

export type CredentialKind = 'api' | 'console' | 'sgp' | 'hubsoft' | 'intelbras';
type Credential = Selectable<DB['credential']>;

/** Adds a credential, or gives an existing one its new secret. */
export async function insertCredential(db: Database, row: Insertable<DB['credential']>): Promise<void> {
  await db
    .insertInto('credential')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'kind', 'name']).doUpdateSet({
        secret_hash: row.secret_hash,
        second_hash: row.second_hash ?? null,
        role: row.role ?? null,
        demo: row.demo ?? false,
      }),
    )
    .execute();
}

export function findBySecret(db: Database, kind: CredentialKind, secretHash: string, withDemo: boolean) {
  return credentials(db, kind, withDemo).where('secret_hash', '=', secretHash).executeTakeFirst();
}

export function findByName(db: Database, kind: CredentialKind, name: string, withDemo: boolean) {
  return credentials(db, kind, withDemo).where('name', '=', name).executeTakeFirst();
}

/** Notes that a credential was used, to the minute: a busy caller is not a write each time. */
export async function touch(db: Database, credential: Credential, now: Date): Promise<void> {
  if (credential.last_used_at !== null && now.getTime() - credential.last_used_at.getTime() < 60_000) return;
  await db
    .updateTable('credential')
    .set({ last_used_at: now })
    .where('tenant_id', '=', credential.tenant_id)
    .where('kind', '=', credential.kind)
    .where('name', '=', credential.name)
    .execute();
}

function credentials(db: Database, kind: CredentialKind, withDemo: boolean) {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('kind', '=', kind)
    .$if(!withDemo, (query) => query.where('demo', '=', false));
}
