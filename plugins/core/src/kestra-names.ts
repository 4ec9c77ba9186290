/**
 * The names under which Kestra knows a core type: today's, and the ids of before 0.17 where there was one.
 * @param legacy Below `io.kestra.core.tasks.`, for example `log.Log`.
 */
export const kestraNames = (type: string, ...legacy: readonly string[]): readonly string[] => [
  `io.kestra.plugin.${type}`,
  ...legacy.map((name) => `io.kestra.core.tasks.${name}`),
];
