/** Names of a task type for Cloud Storage in other dialects. */
export const gcsNames = (name: string): string[] => [`io.kestra.plugin.gcp.gcs.${name}`];
