import { definePlugin } from '@tutti/plugin-sdk';
import { batch } from './batch.ts';
import { copyIn } from './copy-in.ts';
import { copyOut } from './copy-out.ts';
import { queries } from './queries.ts';
import { query } from './query.ts';
import { trigger } from './trigger.ts';

/** SQL and COPY on PostgreSQL. */
export const postgresPlugin = definePlugin({
  name: 'postgres',
  title: 'PostgreSQL',
  tasks: [query, queries, batch, copyIn, copyOut],
  triggers: [trigger],
});
