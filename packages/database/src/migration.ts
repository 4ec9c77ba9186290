import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A step of the database's history, as TypeORM wants it: a class that it creates. */
export type MigrationClass = new () => MigrationInterface & { readonly name: string };

/**
 * A migration of plain SQL. Migrations only go forward: a mistake is mended by a further one.
 * @param number Its place in the order; that of its file name.
 * @param title A few words in kebab-case, as in its file name.
 */
export function sqlMigration(number: number, title: string, ...statements: string[]): MigrationClass {
  return class implements MigrationInterface {
    /** TypeORM takes the last 13 digits of the name for the order. */
    readonly name = migrationName(number, title);

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    async down(): Promise<void> {
      throw new Error(`Migration ${number} (${title}) cannot be undone: migrations only go forward.`);
    }
  };
}

/** Name under which a migration is remembered in `tutti.migration`. */
export function migrationName(number: number, title: string): string {
  return `${title}-${String(number).padStart(13, '0')}`;
}
