import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@tutti/cli';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PROGRAM = join(repositoryRoot(), 'apps', 'cli', 'bin', 'tutti.mjs');
const FLOW = `id: old
namespace: company.team
tasks:
  - id: hello
    type: io.kestra.core.tasks.log.Log
    message: "{{ inputs.nobody }}"
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-flow-files-'));
  writeFileSync(join(folder, 'old.yaml'), FLOW);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `tutti …` as a user types it. */
const tutti = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, [PROGRAM, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );

it('tutti validate prints what it found, and its exit code says whether the flow could be saved', async () => {
  const { code, stdout } = await tutti('validate', 'old.yaml');
  expect(stdout).toContain('old.yaml:6:18: error INPUT_UNKNOWN: The flow has no input "nobody".');
  expect(code).toBe(1);
});

it('tutti migrate prints nothing but the flow to standard output', async () => {
  const { code, stdout, stderr } = await tutti('migrate', 'old.yaml', '--to', '1.x');
  expect(stdout).toBe(FLOW.replace('io.kestra.core.tasks.log.Log', 'io.kestra.plugin.core.log.Log'));
  expect(stderr).toContain('old.yaml:5:5: changed: ');
  expect(code).toBe(0);
});
