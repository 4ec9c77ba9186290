import type { Catalogue, ControlKind, PropertyFault, PropertyInfo, TaskTypeInfo, TypeInfo } from '../catalogue.ts';
import type { JsonMap } from '../json.ts';

/** A type in a line: its properties by name; `*` required, `+` children, `!` without effect, `@old` an older name. */
interface Sketch {
  readonly type: string;
  readonly aliases?: readonly string[];
  readonly properties: readonly string[];
  readonly control?: ControlKind;
  readonly inert?: true;
  readonly outputs?: readonly string[];
}

const LONG = 'io.kestra.plugin.';
const long = (type: string): string => `${LONG}${type}`;

const TASKS: readonly Sketch[] = [
  { type: 'core.log.Log', properties: ['message*', 'level'] },
  { type: 'core.debug.Return', properties: ['format'], outputs: ['value'] },
  { type: 'core.http.Download', properties: ['uri*', 'headers'], outputs: ['uri', 'sizeBytes'] },
  { type: 'core.flow.Sequential', properties: ['tasks*+'], control: 'sequential' },
  { type: 'core.flow.Dag', properties: ['tasks*+', 'concurrent'], control: 'dag' },
  { type: 'core.flow.If', properties: ['condition*', 'then*+', 'else+'], control: 'if' },
  { type: 'core.flow.Switch', properties: ['value*', 'cases+', 'defaults+'], control: 'switch' },
  { type: 'core.flow.ForEach', properties: ['values*', 'tasks*+', 'concurrencyLimit'], control: 'forEach' },
  { type: 'core.flow.EachSequential', properties: ['value*', 'tasks*+'], control: 'eachSequential' },
  { type: 'core.flow.EachParallel', properties: ['value*', 'tasks*+', 'concurrent'], control: 'eachParallel' },
  { type: 'core.flow.Loop', properties: ['values*', 'tasks*+', 'concurrencyLimit', 'outputs'], control: 'loop' },
  { type: 'core.flow.Parallel', properties: ['tasks*+', 'concurrent'], control: 'parallel' },
  { type: 'core.execution.Labels', properties: ['labels*'] },
  { type: 'core.storage.Split', properties: ['from*', 'rows', 'bytes', 'partitions', 'separator'], outputs: ['uris'] },
  { type: 'core.flow.LoopUntil', aliases: [long('core.flow.WaitFor')], properties: ['condition*', 'tasks*+'], control: 'loopUntil' }, // prettier-ignore
  {
    type: 'core.flow.ForEachItem',
    properties: ['items*', 'namespace*', 'flowId*', 'batch', 'inputs'],
    control: 'forEachItem',
  },
  { type: 'core.flow.Subflow', properties: ['namespace*', 'flowId*', 'inputs'], control: 'subflow' },
  { type: 'core.flow.Pause', properties: ['pauseDuration@delay', 'timeout', 'onResume'], control: 'pause' },
  { type: 'core.flow.WorkingDirectory', properties: ['tasks*+'], control: 'workingDirectory' },
  {
    type: 'scripts.python.Script',
    properties: ['script*', 'taskRunner', 'containerImage', 'env', 'beforeCommands'],
    outputs: ['vars', 'outputFiles', 'exitCode'],
  },
  { type: 'jdbc.postgresql.Query', properties: ['sql*', 'url', 'username', 'password', 'fetchType'], outputs: ['rows', 'row', 'size', 'uri'] }, // prettier-ignore
];

const TRIGGERS: readonly Sketch[] = [
  { type: 'core.trigger.Schedule', properties: ['cron*', 'timezone', 'withSeconds'] },
  { type: 'core.trigger.Webhook', properties: ['key*', 'responseCode!'] },
  { type: 'core.trigger.Poll', properties: [], inert: true },
  { type: 'core.trigger.Flow', properties: ['states', 'preconditions', 'dependsOn', 'window', 'mode', 'minSatisfied'] },
];

/** A few types, without the plugins that bring the real ones. */
export function testCatalogue(): Catalogue {
  const tasks = byName(TASKS.map((sketch) => [sketch, taskOf(sketch)]));
  const triggers = byName(TRIGGERS.map((sketch) => [sketch, typeOf(sketch)]));
  return {
    task: (name) => tasks.get(name),
    trigger: (name) => triggers.get(name),
    taskTypes: () => [...tasks.keys()],
    triggerTypes: () => [...triggers.keys()],
  };
}

function byName<Info>(infos: readonly (readonly [Sketch, Info])[]): Map<string, Info> {
  return new Map(infos.flatMap(([sketch, info]) => namesOf(sketch).map((name) => [name, info] as const)));
}

const namesOf = ({ type, aliases = [] }: Sketch): string[] => [type, long(type), ...aliases];

function taskOf(sketch: Sketch): TaskTypeInfo {
  const info = typeOf(sketch);
  return sketch.control ? { ...info, kind: 'control', control: sketch.control } : { ...info, kind: 'run' };
}

function typeOf(sketch: Sketch): TypeInfo {
  const properties = Object.fromEntries(sketch.properties.map(propertyOf));
  return {
    type: sketch.type,
    aliases: namesOf(sketch).slice(1),
    title: sketch.type,
    properties,
    ...(sketch.inert && { inert: true }),
    ...(sketch.outputs && { outputs: sketch.outputs }),
    check: (values) => faultsOf(values, properties),
    schema: () => ({
      type: 'object',
      properties: Object.fromEntries(Object.keys(properties).map((name) => [name, {}])),
    }),
  };
}

function propertyOf(sketch: string): [string, PropertyInfo] {
  const [, name = '', marks = '', alias] = /^(\w+)([*+!]*)(?:@(\w+))?$/.exec(sketch) ?? [];
  const required = marks.includes('*');
  const children = marks.includes('+');
  return [name, { required, children, render: children ? 'none' : 'text', description: name, schema: {}, ...(marks.includes('!') && { inert: true }), ...(alias && { aliases: [alias] }) }]; // prettier-ignore
}

function faultsOf(values: JsonMap, properties: Readonly<Record<string, PropertyInfo>>): PropertyFault[] {
  const unknown = Object.keys(values).filter((name) => !(name in properties));
  const missing = Object.keys(properties).filter((name) => properties[name]?.required && values[name] === undefined);
  return [
    ...unknown.map((name) => ({ at: [name], code: 'PROPERTY_UNKNOWN', message: `Unknown property "${name}".` })),
    ...missing.map((name) => ({
      at: [name],
      code: 'PROPERTY_MISSING',
      message: `The property "${name}" is required.`,
    })),
  ];
}
