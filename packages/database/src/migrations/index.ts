import type { MigrationClass } from '../migration.ts';
import { schemasAndRoles } from './001-schemas-and-roles.ts';
import { executor } from './010-executor.ts';
import { trigger } from './020-trigger.ts';
import { registry } from './030-registry.ts';

/** Every migration, in order. New ones go to the end; what has been released is never changed. */
export const MIGRATIONS: readonly MigrationClass[] = [schemasAndRoles, executor, trigger, registry];
