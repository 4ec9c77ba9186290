/** The names under which Kestra knows an HTTP type: today's, and that of when it was a plugin for file systems. */
export const httpNames = (name: string): readonly string[] => [
  `io.kestra.plugin.core.http.${name}`,
  `io.kestra.plugin.fs.http.${name}`,
];
