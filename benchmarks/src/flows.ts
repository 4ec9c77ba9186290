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
