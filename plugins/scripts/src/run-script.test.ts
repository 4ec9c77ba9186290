import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { JsonMap } from '@tutti/plugin-sdk';
import { TEST_ATTEMPT_ID, removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeScript } from './node/script.ts';
import { pythonCommands } from './python/commands.ts';
import { pythonScript } from './python/script.ts';
import { shellCommands } from './shell/commands.ts';
import { shellScript } from './shell/script.ts';

const PROCESS = { taskRunner: { type: 'io.kestra.plugin.core.runner.Process' } };
const shell = (commands: string[], properties: JsonMap = {}, options: RunTaskOptions = {}) =>
  runTask(shellCommands, { ...PROCESS, commands, ...properties }, options);

afterAll(removeTestFolders);

describe('shell commands', () => {
  it('write what they print to the log, errors as errors', async () => {
    const { state, log, outputs } = await shell(['echo one', 'echo two >&2', 'printf three']);
    expect(state).toBe('SUCCESS');
    expect(log.filter((line) => line.startsWith('INFO'))).toEqual(['INFO one', 'INFO three']);
    expect(log).toContain('ERROR two');
    expect(outputs).toMatchObject({ exitCode: 0, stdOutLineCount: 2, stdErrLineCount: 1, vars: {}, outputFiles: {} });
  });

  it('fail with the exit code, and keep their outputs', async () => {
    const { state, message, outputs } = await shell(['echo \'::{"outputs":{"a":1}}::\'', 'exit 3']);
    expect({ state, message }).toEqual({ state: 'FAILED', message: 'Command failed with exit code 3' });
    expect(outputs).toMatchObject({ exitCode: 3, vars: { a: 1 } });
  });

  it('stop at the first that fails, unless told to go on', async () => {
    expect((await shell(['false', 'echo on'])).state).toBe('FAILED');
    expect((await shell(['false', 'echo on'], { failFast: false })).log).toEqual(['INFO on']);
  });

  it('see variables, the folders and the name of the attempt, but not the settings of the service', async () => {
    process.env['TUTTI_SECRET_SETTING'] = 'hidden';
    const { log } = await shell(
      [
        'echo "$A $TUTTI_ATTEMPT_ID [$TUTTI_SECRET_SETTING]"',
        '[ "$PWD" = "$WORKING_DIR" ] && [ -d "$OUTPUT_DIR" ] && echo same',
      ],
      { env: { A: 'b' } },
    );
    delete process.env['TUTTI_SECRET_SETTING'];
    expect(log).toEqual([`INFO b ${TEST_ATTEMPT_ID} []`, 'INFO same']);
  });

  it('find their input files and leave output files', async () => {
    const { outputs, read } = await shell(
      ['cat in/a.txt in/b.json > all.txt', 'cp all.txt "$OUTPUT_DIR/copy.txt"', 'touch other.bin'],
      { inputFiles: { 'in/a.txt': 'text ', 'in/b.json': { n: 1 } }, outputFiles: ['*.txt'] },
    );
    const files = outputs['outputFiles'] as Record<string, string>;
    expect(Object.keys(files)).toEqual(['all.txt', 'copy.txt']);
    expect([await read(files['all.txt']), await read(files['copy.txt'])]).toEqual(['text {"n":1}', 'text {"n":1}']);
  });

  it('read stored files by their address, and as input files', async () => {
    const { log } = await shell(
      [],
      {},
      {
        prepare: async ({ storage }) => {
          const { uri } = await storage.put('a b.txt', 'stored');
          return { commands: [`cat "${uri}" named.txt`], inputFiles: { 'named.txt': uri } };
        },
      },
    );
    expect(log).toEqual(['INFO storedstored']);
  });

  it('find the files of the namespace', async () => {
    const { log } = await shell(
      ['cat scripts/x.sql', 'ls'],
      { namespaceFiles: { enabled: true, include: ['scripts/**'] } },
      {
        prepare: async ({ namespaceFiles }) => {
          await namespaceFiles.write('/scripts/x.sql', 'select 1\n');
          await namespaceFiles.write('/other.txt', 'no');
        },
      },
    );
    expect(log).toEqual(['INFO select 1', 'INFO scripts']);
  });

  it('refuse an input file outside the folder', () =>
    expect(shell(['true'], { inputFiles: { '../x': 'a' } })).rejects.toMatchObject({ code: 'FILE_PATH_OUTSIDE' }));

  it('measure by the protocol, and say which line of it is broken', async () => {
    const { metrics, log } = await shell([
      'echo \'::{"metrics":[{"name":"rows","type":"counter","value":3},{"name":"t","type":"timer","value":"PT1S"}]}::\'',
      "echo '::{broken}::'",
      'echo \'::{"logs":[{"level":"WARNING","message":"careful"}]}::\'',
    ]);
    expect(metrics).toEqual(['counter rows 3', 'timer t 1000']);
    expect(log).toEqual(['WARN This line looks like outputs, but is no JSON: ::{broken}::', 'WARN careful']);
  });

  it('end as a warning when they are told to mind the standard error', async () => {
    expect((await shell(['echo a >&2'], { warningOnStdErr: true })).state).toBe('WARNING');
    expect((await shell(['echo a >&2'])).state).toBe('SUCCESS');
  });

  it('run in a shell of their choice, after what comes before', async () => {
    const { log } = await shell(['echo ${A^^}'], { interpreter: ['/bin/bash', '-c'], beforeCommands: ['A=x'] });
    expect(log).toEqual(['INFO X']);
  });

  it('say when the shell is missing', () =>
    expect(shell(['true'], { interpreter: ['/no/such', '-c'] })).rejects.toMatchObject({ code: 'PROGRAM_MISSING' }));

  it('leave nothing behind when they end', async () => {
    await shell(['sleep 60.125 &', 'echo done']);
    expect(spawnSync('pgrep', ['-f', 'sleep 60.125']).stdout.toString()).toBe('');
  });

  it('are stopped with everything they have started, also what left their group', async () => {
    const abort = new AbortController();
    const running = shell(
      ['setsid sleep 60.25 &', 'sleep 60.25 &', 'echo begun', 'sleep 60.25'],
      {},
      {
        context: { signal: abort.signal, log: logThat((line) => line === 'begun' && abort.abort()) },
      },
    );
    expect((await running).state).toBe('FAILED');
    expect(spawnSync('pgrep', ['-f', 'sleep 60.25']).stdout.toString()).toBe('');
  });

  it('wait at their pipe while there is no room for lines', async () => {
    let seen = 0;
    let mostAhead = 0;
    let passed = 0;
    const log = {
      ...logThat(() => void seen++),
      room: () => {
        mostAhead = Math.max(mostAhead, seen - passed);
        return setTimeout(1).then(() => void (passed = seen));
      },
    };
    const { outputs } = await shell(['yes 0123456789 | head -n 200000'], {}, { context: { log } });
    expect(outputs['stdOutLineCount']).toBe(200_000);
    expect(mostAhead).toBeLessThan(20_000);
  });
});

describe('where a script runs', () => {
  it('is said in the log when it is not named', async () => {
    const { log } = await runTask(shellScript, { script: 'true' });
    expect(log[0]).toMatch(/^WARN No task runner is named/);
  });

  it.each([{ runner: 'PROCESS' }, { taskRunner: { type: 'core.runner.Process' } }])('may be %j', async (properties) => {
    expect((await runTask(shellScript, { script: 'true', ...properties })).log).toEqual([]);
  });

  it.each([{ runner: 'DOCKER' }, { taskRunner: { type: 'io.kestra.plugin.scripts.runner.docker.Docker' } }])(
    'fails without an engine for %j',
    (properties) =>
      expect(runTask(shellScript, { script: 'true', ...properties })).rejects.toMatchObject({
        code: 'CONTAINER_ENGINE_MISSING',
      }),
  );
});

describe('python', () => {
  const python = (script: string, properties: JsonMap = {}) =>
    runTask(pythonScript, { ...PROCESS, script, ...properties });

  it('tells outputs, metrics and log lines through its module', async () => {
    const { outputs, metrics, log } = await python(
      `from kestra import Kestra
Kestra.outputs({"n": 1, "flag": true, "none": null})
Kestra.counter("rows", 5, {"a": "b"})
Kestra.timer("t", 0.5)
Kestra.logger().info("hello")
Kestra.logger().warning("careful")`,
    );
    expect(outputs['vars']).toEqual({ n: 1, flag: true, none: null });
    expect(metrics).toEqual(['counter rows 5', 'timer t 500']);
    expect(log).toEqual(expect.arrayContaining(['INFO hello', 'WARN careful']));
  });

  it('points at the line of a fault', async () => {
    const { state, log } = await python('x = 1\nraise ValueError("no")');
    expect(state).toBe('FAILED');
    expect(log.join('\n')).toMatch(/line 2[^]*ValueError: no/);
  });

  it('is there as python in commands', async () => {
    const { log } = await runTask(pythonCommands, {
      ...PROCESS,
      inputFiles: { 'a.py': 'import kestra; print("ran")' },
      commands: ['python a.py'],
    });
    expect(log).toEqual(['INFO ran']);
  });

  it('may be what a module in the folder says, before the one that comes with it', async () => {
    const { log } = await python('import kestra; print(kestra.NAME)', { inputFiles: { 'kestra.py': 'NAME = "own"' } });
    expect(log).toEqual(['INFO own']);
  });
});

describe('node', () => {
  it('runs a module', async () => {
    const script = 'import { sep } from "node:path";\nconsole.log(await Promise.resolve(sep));';
    expect((await runTask(nodeScript, { ...PROCESS, script })).log).toEqual(['INFO /']);
  });

  it('runs a script', async () => {
    const { outputs, log } = await runTask(nodeScript, {
      ...PROCESS,
      script: 'console.log(`::${JSON.stringify({outputs: {v: 1}})}::`); console.log(require("path").sep)',
    });
    expect(outputs['vars']).toEqual({ v: 1 });
    expect(log).toEqual(['INFO /']);
  });
});

function logThat(take: (line: string) => unknown) {
  const each = (line: string): void => void take(line);
  return {
    trace: each,
    debug: each,
    info: each,
    warn: each,
    error: each,
    room: (): Promise<void> | undefined => undefined,
  };
}
