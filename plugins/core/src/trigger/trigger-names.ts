/** The names under which Kestra knows a core trigger: today's and those of before 0.17. */
export const triggerNames = (name: string): readonly string[] => [
  `io.kestra.plugin.core.trigger.${name}`,
  `io.kestra.core.models.triggers.types.${name}`,
];
