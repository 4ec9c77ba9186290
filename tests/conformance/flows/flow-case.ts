import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How to run a flow, from its comment `# run: {…}`. */
export interface RunOptions {
  readonly inputs?: Readonly<Record<string, InputValue>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly kv?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** How often it is started at once. */
  readonly times?: number;
  /** Inputs to resume a paused execution with. */
  readonly resume?: Readonly<Record<string, InputValue>>;
}

export type InputValue = string | { readonly file: string; readonly content: string };

/** A flow, the flows it needs, what it comes to in Kestra, and in Tutti where that is something else on purpose. */
export interface FlowCase {
  readonly name: string;
  readonly source: string;
  readonly others: readonly string[];
  readonly run: RunOptions;
  readonly expected: ExpectedExecution | Refused;
  readonly ours?: ExpectedExecution | Refused;
}

export interface Refused {
  readonly refused: string;
}

export interface ExpectedExecution {
  readonly flow: string;
  readonly state: string;
  readonly states?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly taskRuns?: readonly ExpectedTaskRun[];
  readonly logs?: readonly ExpectedLine[];
  readonly others?: readonly ExpectedExecution[];
}

export interface ExpectedTaskRun {
  readonly task: string;
  readonly parent?: string;
  readonly value?: string;
  readonly iteration?: number;
  readonly state: string;
  readonly attempts?: readonly string[];
  readonly outputs?: Readonly<Record<string, unknown>> | null;
}

export interface ExpectedLine {
  readonly level: string;
  readonly task?: string;
  readonly message: string;
}

export const isRefused = (expected: FlowCase['expected']): expected is Refused => 'refused' in expected;

/**
 * Every case of a folder, by name: `NAME.yaml` with `NAME.expected.json`, and `NAME.ours.json` where we deviate;
 * `NAME.*.yaml` are further flows.
 */
export async function readCases(folder: string): Promise<FlowCase[]> {
  const files = (await readdir(folder)).sort();
  const names = files
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => file.slice(0, -'.expected.json'.length));
  return Promise.all(names.map((name) => readCase(folder, name, files)));
}

async function readCase(folder: string, name: string, files: readonly string[]): Promise<FlowCase> {
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  const readExpected = async (kind: string): Promise<FlowCase['expected']> =>
    JSON.parse(await read(`${name}.${kind}.json`)) as FlowCase['expected'];
  const source = await read(`${name}.yaml`);
  const others = files.filter(
    (file) => file.startsWith(`${name}.`) && file.endsWith('.yaml') && file !== `${name}.yaml`,
  );
  return {
    name,
    source,
    others: await Promise.all(others.map(read)),
    run: runOptionsOf(source),
    expected: await readExpected('expected'),
    ...(files.includes(`${name}.ours.json`) && { ours: await readExpected('ours') }),
  };
}

function runOptionsOf(source: string): RunOptions {
  const line = /^# run: (\{.*\})\s*$/m.exec(source)?.[1];
  return line === undefined ? {} : (JSON.parse(line) as RunOptions);
}
