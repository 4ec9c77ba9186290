import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { verbTasks } from './verb-tasks.ts';

const PROCESS = { taskRunner: { type: 'core.runner.Process' } };
const task = (name: string) => verbTasks.find(({ type }) => type === `dbt.cli.${name}`);

afterAll(removeTestFolders);

/** What dbt would be called with, by a program in its place. */
async function called(name: string, properties: JsonMap): Promise<readonly string[]> {
  const inputFiles = { 'bin/dbt': '#!/bin/sh\nfor one; do echo "<$one>"; done\n' };
  const { log } = await runTask(task(name), { ...PROCESS, inputFiles, beforeCommands: ['chmod +x bin/dbt'], ...properties }); // prettier-ignore
  return log.map((line) => line.replace('INFO ', ''));
}

describe('the tasks of before DbtCLI', () => {
  it('call dbt with the switches of the flow', async () => {
    expect(await called('Freshness', {})).toEqual(['<source>', '<freshness>']);
    const switches = { debug: true, warnError: true, failFast: true, target: 'prod', thread: 4, fullRefresh: true };
    const nodes = { selector: 'night', select: ['tag:x', "it's"], exclude: ['$(id)'] };
    expect((await called('Build', { ...switches, ...nodes })).join(' ')).toBe(
      "<--debug> <--warn-error> <--fail-fast> <build> <--target> <prod> <--threads> <4> <--full-refresh> <--selector> <night> <--select> <tag:x> <it's> <--exclude> <$(id)>",
    );
  });
});
