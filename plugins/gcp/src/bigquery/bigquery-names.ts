/** Names of a task type for BigQuery in other dialects. */
export const bigQueryNames = (name: string): string[] => [`io.kestra.plugin.gcp.bigquery.${name}`];
