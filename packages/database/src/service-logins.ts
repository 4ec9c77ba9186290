/** Services that have tables, and so a schema and a login of their own. */
export const DATABASE_SERVICES = ['registry', 'trigger', 'executor', 'gateway'] as const;
export type DatabaseService = (typeof DATABASE_SERVICES)[number];

/** The schema of the views through which the gateway reads what others wrote. */
export const VIEW_SCHEMA = 'api';

/** The role with the rights of a service: all on the rows of its own schema; the gateway's also reads the views. */
export function roleOf(service: DatabaseService): string {
  return `tutti_${service}`;
}
