import { sqlMigration } from '../migration.ts';
import { DATABASE_SERVICES, VIEW_SCHEMA, roleOf } from '../service-logins.ts';

/**
 * A schema per service and a role that may read and write its rows, now and in tables to come; `api` for views.
 * Roles belong to the whole server, so they may be there already, or be somebody else's to create.
 */
export const schemasAndRoles = sqlMigration(
  1,
  'schemas-and-roles',
  ...DATABASE_SERVICES.flatMap((service) => [
    createRole(roleOf(service)),
    `CREATE SCHEMA IF NOT EXISTS ${service}`,
    ...grantRows(service, roleOf(service), 'SELECT, INSERT, UPDATE, DELETE'),
    grantIfRole(
      roleOf(service),
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${service} GRANT USAGE ON SEQUENCES TO ${roleOf(service)}`,
    ),
  ]),
  `CREATE SCHEMA IF NOT EXISTS ${VIEW_SCHEMA}`,
  ...grantRows(VIEW_SCHEMA, roleOf('gateway'), 'SELECT'),
);

function createRole(role: string): string {
  return `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF;
  EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN RAISE NOTICE 'role ${role} is not created: this login may not create roles';
  END $$`;
}

function grantRows(schema: string, role: string, rights: string): string[] {
  return [
    grantIfRole(role, `GRANT USAGE ON SCHEMA ${schema} TO ${role}`),
    grantIfRole(role, `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT ${rights} ON TABLES TO ${role}`),
  ];
}

function grantIfRole(role: string, statement: string): string {
  return `DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN ${statement}; END IF;
  END $$`;
}
