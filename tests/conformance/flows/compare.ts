import { parse } from 'yaml';
import type { ExpectedExecution, ExpectedLine, ExpectedTaskRun } from './flow-case.ts';
import type { Observed } from './observed.ts';

/** Types of tasks, for what the comparison has to know of a flow: which write lines on purpose, which run side by side. */
type Types = ReadonlyMap<string, string>;

const WRITES_ON_PURPOSE = /\blog\.Log$|\.scripts\./i;
const SIDE_BY_SIDE = /\.(Parallel|Dag|EachParallel|ForEachItem)$/;
const COMPARED_LEVELS: ReadonlySet<string> = new Set(['INFO', 'WARN', 'ERROR']);

/** Every difference between what was expected of an execution and what came of it, one line each. */
export function differences(expected: ExpectedExecution, observed: Observed, sources: readonly string[]): string[] {
  const source =
    sources.find((text) => new RegExp(`^id: ['"]?${expected.flow}['"]?\\s*$`, 'm').test(text)) ?? sources[0]!;
  const types = typesOf(source);
  return [
    ...differ('state', expected.state, observed.state),
    ...differ('states', steps(expected.states ?? []), steps(observed.states)),
    ...differ('outputs', plain(expected.outputs ?? {}), plain(observed.outputs)),
    ...differ('labels', labels(expected.labels ?? {}, source), labels(observed.labels, source)),
    ...taskRunDifferences(expected.taskRuns ?? [], observed.taskRuns, types),
    ...differ('logs', linesOnPurpose(expected.logs ?? [], types), linesOnPurpose(observed.logs, types)),
  ];
}

function taskRunDifferences(
  expected: readonly ExpectedTaskRun[],
  observed: readonly ExpectedTaskRun[],
  types: Types,
): string[] {
  const [wanted, got] = [sorted(expected, types), sorted(observed, types)];
  const found: string[] = [];
  for (let at = 0; at < Math.max(wanted.length, got.length); at++) {
    const [want, have] = [wanted[at], got[at]];
    found.push(
      ...differ(`taskRuns[${at}] ${want?.task ?? have?.task}`, want && shape(want, have), have && shape(have, want)),
    );
  }
  return found;
}

/** In the order of their sequences: task runs of branches that run side by side have none among each other. */
function sorted(taskRuns: readonly ExpectedTaskRun[], types: Types): ExpectedTaskRun[] {
  const group = ({ task, parent = '', value = '' }: ExpectedTaskRun): string =>
    `${parent}\0${value}\0${SIDE_BY_SIDE.test(types.get(parent) ?? '') ? task : ''}`;
  return taskRuns
    .map((taskRun, index) => ({ taskRun, index }))
    .sort((a, b) => compareText(group(a.taskRun), group(b.taskRun)) || a.index - b.index)
    .map(({ taskRun }) => taskRun);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What of a task run is compared; an iteration only where both have one, attempts only where there are several. */
function shape(
  { task, parent, value, iteration, state, attempts = [], outputs }: ExpectedTaskRun,
  other?: ExpectedTaskRun,
) {
  const several = attempts.length > 1 || (other?.attempts?.length ?? 0) > 1;
  return {
    task,
    parent,
    value: value === undefined ? undefined : plain(value),
    ...(other?.iteration !== undefined && iteration !== undefined && { iteration }),
    state,
    ...(several && { attempts }),
    outputs: plain(outputs ?? {}),
  };
}

/** State histories without the steps that only one of the engines names, and without repetitions. */
const steps = (states: readonly string[]): string[] =>
  states.filter(
    (state, index) =>
      state !== 'SUBMITTED' &&
      state !== states[index - 1] &&
      !(state === 'FAILED' && ['RETRYING', 'RETRIED'].includes(states[index + 1] ?? '')),
  );

const labels = (all: Readonly<Record<string, string>>, source: string) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('system.') || source.includes(key)));

const linesOnPurpose = (lines: readonly ExpectedLine[], types: Types): string[] =>
  lines
    .filter(({ level, task }) => COMPARED_LEVELS.has(level) && WRITES_ON_PURPOSE.test(types.get(task ?? '') ?? ''))
    .map(({ level, task, message }) => `${level} ${task}: ${message}`)
    .filter((line) => !/: (io|java)\.[a-z]+\./.test(line));

function differ(what: string, expected: unknown, observed: unknown): string[] {
  const [want, have] = [canonical(expected), canonical(observed)];
  return matches(want, have) ? [] : [`${what}: expected ${want}, got ${have}`];
}

/** Whether a text fits an expectation in which `<time>` and the like stand for what cannot be foretold. */
function matches(expected: string, observed: string): boolean {
  if (expected === observed) return true;
  if (!/<(time|duration|number)>/.test(expected)) return false;
  const pattern = expected
    .split(/("?<(?:time|duration|number)>"?)/)
    .map((part, index) => (index % 2 === 1 ? '"?[^",}\\]]+"?' : part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('');
  return new RegExp(`^${pattern}$`).test(observed);
}

/** JSON with its keys in order, without what is absent. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item)
            .filter(([, inner]) => inner !== undefined)
            .sort(([a], [b]) => compareText(a, b)),
        )
      : item,
  ) ?? 'nothing';

/** Addresses of stored files by file name only, names of task types without their package. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
    typeof item === 'string'
      ? item
          .replaceAll(/\bio\.kestra\.plugin\.(?=[a-z]+\.)/g, '')
          .replaceAll(
            /kestra:\/\/\/(?:<\w+ [^>]+>|[^\s"])*\/([^/\s"]+)/g,
            (_whole, name: string) => `file:${fileName(name)}`,
          )
      : item,
  ) as unknown;
}

/** Generated names are not compared. */
const fileName = (name: string): string =>
  /^[0-9a-zA-Z-]{15,}(\.\w+)?$/.test(name) ? `<generated>${/\.\w+$/.exec(name)?.[0] ?? ''}` : name;

function typesOf(source: string): Types {
  const types = new Map<string, string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
    const { id, type } = value as { id?: unknown; type?: unknown };
    if (typeof id === 'string' && typeof type === 'string') types.set(id, type);
    Object.values(value).forEach(visit);
  };
  visit(parse(source, { version: '1.1', logLevel: 'silent' }));
  return types;
}
