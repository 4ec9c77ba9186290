import pg from 'pg';
import type { Session } from './session.ts';

/** Bytes of the executor's tables with their indexes, and of write-ahead log written so far. */
export async function storedBytes({ tutti }: Session): Promise<{ readonly tables: number; readonly wal: number }> {
  const database = new pg.Client({ connectionString: tutti.infrastructure.databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ tables: string; wal: string }>(`
      SELECT sum(pg_total_relation_size(c.oid)) AS tables, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'executor' AND c.relkind = 'r'`);
    return { tables: Number(rows[0]!.tables), wal: Number(rows[0]!.wal) };
  } finally {
    await database.end();
  }
}
