/**
 * Type names that were moved, to the name that replaced them. From alias annotations and the migration rules of the
 * 2.0 line; both names stay accepted for ever.
 */
const CORE = 'io.kestra.plugin.core.';
const LEGACY = 'io.kestra.core.tasks.';
const PLUGIN = 'io.kestra.plugin.';

const MOVED: ReadonlyMap<string, string> = new Map([
  [`${LEGACY}flows.Flow`, `${CORE}flow.Subflow`],
  [`${LEGACY}flows.Worker`, `${CORE}flow.WorkingDirectory`],
  [`${LEGACY}executions.Counts`, `${CORE}execution.Count`],
  [`${LEGACY}storages.Purge`, `${CORE}execution.PurgeExecutions`],
  [`${CORE}storage.Purge`, `${CORE}execution.PurgeExecutions`],
  [`${LEGACY}storages.PurgeExecution`, `${CORE}storage.PurgeCurrentExecutionFiles`],
  [`${CORE}storage.PurgeExecution`, `${CORE}storage.PurgeCurrentExecutionFiles`],
  [`${CORE}flow.Template`, `${CORE}flow.Subflow`],
  [`${CORE}flow.WaitFor`, `${CORE}flow.LoopUntil`],
  [`${LEGACY}scripts.Bash`, `${PLUGIN}scripts.shell.Commands`],
  [`${LEGACY}scripts.Python`, `${PLUGIN}scripts.python.Script`],
  [`${PLUGIN}notifications.mail.MailSend`, `${PLUGIN}email.MailSend`],
  [`${PLUGIN}notifications.mail.MailExecution`, `${PLUGIN}email.MailExecution`],
  [`${PLUGIN}kubernetes.PodCreate`, `${PLUGIN}kubernetes.core.PodCreate`],
  ...['csv', 'json', 'avro', 'parquet', 'xml', 'excel'].flatMap((format) => {
    const name = format[0]!.toUpperCase() + format.slice(1);
    const family = `${PLUGIN}serdes.${format}.`;
    return [
      [`${family}${name}Reader`, `${family}${name}ToIon`],
      [`${family}${name}Writer`, `${family}IonTo${name}`],
    ] as [string, string][];
  }),
]);

/** Packages that were moved as a whole. */
const MOVED_PACKAGES: readonly (readonly [string, string])[] = [
  [`${LEGACY}log.`, `${CORE}log.`],
  [`${LEGACY}debugs.`, `${CORE}debug.`],
  [`${LEGACY}flows.`, `${CORE}flow.`],
  [`${LEGACY}executions.`, `${CORE}execution.`],
  [`${LEGACY}storages.`, `${CORE}storage.`],
  [`${LEGACY}states.`, `${CORE}state.`],
  [`${LEGACY}templating.`, `${CORE}templating.`],
  [`${LEGACY}trigger.`, `${CORE}trigger.`],
  ['io.kestra.core.models.triggers.types.', `${CORE}trigger.`],
  ['io.kestra.core.models.conditions.types.', `${CORE}condition.`],
  [`${PLUGIN}fs.http.`, `${CORE}http.`],
  [`${PLUGIN}notifications.slack.`, `${PLUGIN}slack.notifications.`],
  [`${PLUGIN}notifications.`, PLUGIN],
  [`${PLUGIN}langchain4j.`, `${PLUGIN}ai.`],
];

/** The name that replaced a type name; `undefined` when it was never moved. */
export function relocated(type: string): string | undefined {
  const moved = MOVED.get(type) ?? movedPackage(type);
  return moved === undefined ? undefined : (relocated(moved) ?? moved);
}

function movedPackage(type: string): string | undefined {
  const found = MOVED_PACKAGES.find(([from]) => type.startsWith(from));
  return found && withoutSuffix(found[1] + type.slice(found[0].length));
}

/** Conditions lost their suffix: `DayWeekCondition` became `DayWeek`, `VariableCondition` became `Expression`. */
function withoutSuffix(type: string): string {
  if (!type.startsWith(`${CORE}condition.`) || /\.(FlowCondition|FlowNamespaceCondition|MultipleCondition)$/.test(type))
    return type;
  return type.replace(/\.VariableCondition$/, '.Expression').replace(/(?<=[a-z])Condition$/, '');
}

/** Every name worth looking up for a type as written, the written one first: long, moved, and our own short ones. */
export function namesOf(type: string): readonly string[] {
  const newer = relocated(type);
  const long = newer === undefined ? [type] : [type, newer];
  return long.flatMap((name) => (name.startsWith(PLUGIN) ? [name, name.slice(PLUGIN.length)] : [name, PLUGIN + name]));
}

/** Whether a name comes from before the `io.kestra.plugin.core` packages, when unknown properties were ignored. */
export const isLegacyType = (type: string): boolean => type.startsWith('io.kestra.core.');
