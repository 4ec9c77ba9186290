/** The flows that are measured; the same YAML runs on Kestra. */
export const NAMESPACE = 'bench';

const log = (id: string): string => `  - id: ${id}
    type: io.kestra.plugin.core.log.Log
    message: hello from ${id}
`;
const nap = (id: string): string => `  - id: ${id}
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT0S
`;
const shell = (id: string): string => `  - id: ${id}
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    commands:
      - "true"
`;

const flow = (id: string, tasks: string): string => `id: ${id}\nnamespace: ${NAMESPACE}\ntasks:\n${tasks}`;
const chain = (length: number, task: (id: string) => string): string =>
  Array.from({ length }, (_, index) => task(`t${index + 1}`)).join('');

const value = (id: string, indent: string): string =>
  `${indent}id: ${id}\n${indent}type: io.kestra.plugin.core.debug.Return\n${indent}format: ${id}\n`;
const item = (id: string): string => value(id, '        ').replace('        id', '      - id');
const many = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index + 1)).join('');
const within = (type: string, tasks: string): string =>
  `  - id: all\n    type: io.kestra.plugin.core.flow.${type}\n    tasks:\n${tasks}`;

/** Layers of ten tasks, each of which depends on the one above it and that one's neighbour. */
const dagTask = (n: number): string => {
  const above = n > 10 ? [n - 10, n % 10 === 1 ? n - 1 : n - 11] : [];
  const needs = above.length > 0 ? `        dependsOn: [${above.map((other) => `d${other}`).join(', ')}]\n` : '';
  return `      - task:\n${value(`d${n}`, '          ')}${needs}`;
};
const subflow = (n: number): string => `      - id: s${n}
        type: io.kestra.plugin.core.flow.Subflow
        namespace: ${NAMESPACE}
        flowId: log1
`;

const loop = (id: string, items: number): string =>
  flow(
    id,
    `  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, ${items}) }}"
    concurrencyLimit: 0
    tasks:
      - id: item
        type: io.kestra.plugin.core.debug.Return
        format: "{{ taskrun.value }}"
`,
  );

export const FLOWS = {
  log1: flow('log1', log('t1')),
  logChain: flow('logChain', chain(40, log)),
  runner1: flow('runner1', nap('t1')),
  runnerChain: flow('runnerChain', chain(40, nap)),
  shell1: flow('shell1', shell('t1')),
  shellChain: flow('shellChain', chain(11, shell)),
  loop100: loop('loop100', 100),
  loop1000: loop('loop1000', 1_000),
  loop10000: loop('loop10000', 10_000),
  parallel1000: flow(
    'parallel1000',
    within(
      'Parallel',
      many(1_000, (n) => item(`p${n}`)),
    ),
  ),
  dag200: flow('dag200', within('Dag', many(200, dagTask))),
  subflows100: flow('subflows100', within('Parallel', many(100, subflow))),
  stamps: flow(
    'stamps',
    `  - id: print
    type: io.kestra.plugin.scripts.python.Script
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    script: |
      import time
      for i in range(300):
          print(time.time_ns() // 1000, flush=True)
          time.sleep(0.005)
`,
  ),
  lines: flow(
    'lines',
    `  - id: print
    type: io.kestra.plugin.scripts.python.Script
    taskRunner:
      type: io.kestra.plugin.core.runner.Process
    script: |
      for i in range(100000):
          print("line", i, "of a hundred thousand, as long as a usual one is")
`,
  ),
} as const;

export type FlowName = keyof typeof FLOWS;
