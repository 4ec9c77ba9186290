import { definePlugin } from '@tutti/plugin-sdk';
import { queries } from './queries.ts';
import { query } from './query.ts';

/** SQL over files and in memory, in the process of the runner. */
export const duckdbPlugin = definePlugin({ name: 'duckdb', title: 'DuckDB', tasks: [query, queries] });
