import { definePlugin } from '@tutti/plugin-sdk';
import { dbtCli } from './dbt-cli.ts';
import { setup } from './setup.ts';
import { verbTasks } from './verb-tasks.ts';

/** dbt, by its command line. */
export const dbtPlugin = definePlugin({ name: 'dbt', title: 'dbt', tasks: [dbtCli, ...verbTasks, setup] });
