import { createHash } from 'node:crypto';
import { getOption, type DescService } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ExecutionService } from './gen/tutti/v1/execution_pb.ts';
import { request_subject } from './gen/tutti/v1/subject_pb.ts';
import { AttemptService } from './gen/tutti/v1/task_pb.ts';
import {
  PARTITION_COUNT,
  newExecutionId,
  partitionOf,
  subjects,
  type ExecutionVerb,
  type TaskReport,
} from './index.ts';

const EXECUTION_ID = '0UVMsrBzKJ3xY7aBcDeF9Z';

describe('partitionOf', () => {
  // The hashes are those of the test suite of FNV's authors, so that any language's implementation agrees.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
    ['chongo was here!\n', 0xd49930d5],
  ])('is FNV-1a of %j', (id, hash) => expect(partitionOf(id)).toBe(hash % PARTITION_COUNT));

  it('spreads executions evenly: within 5 standard deviations for 16,000 ids', () => {
    const counts = Array.from({ length: PARTITION_COUNT }, () => 0);
    for (let n = 0; n < 16_000; n++) counts[partitionOf(newExecutionId(1_767_225_600_000 + n, bytesOf(n)))]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

describe('subjects', () => {
  it('of orders to an execution are those of the contract', () => {
    const verbs: Record<ExecutionVerb, 1> = {
      create: 1, start: 1, kill: 1, pause: 1, resume: 1, restart: 1, replay: 1, 'force-run': 1, 'set-labels': 1,
      'set-task-run-state': 1, 'set-state': 1, delete: 1, evaluate: 1, logs: 1, find: 1, count: 1, purge: 1, 'purge-logs': 1,
    }; // prettier-ignore
    const made = (Object.keys(verbs) as ExecutionVerb[]).map((verb) => subjects.execution(verb, EXECUTION_ID));
    expect(made.sort()).toEqual(subjectsOf(ExecutionService));
  });

  it('of reports are those of the contract', () => {
    const reports: Record<TaskReport, 1> = { claim: 1, heartbeat: 1, child: 1, ended: 1, logs: 1, subflow: 1 };
    const made = (Object.keys(reports) as TaskReport[]).map((report) => subjects.report(report, EXECUTION_ID));
    expect(made.sort()).toEqual(subjectsOf(AttemptService));
  });

  it('of an execution are heard by whoever owns its partition', () => {
    const partition = partitionOf(EXECUTION_ID);
    expect(subjects.execution('kill', EXECUTION_ID)).toMatch(subjects.executionsOf(partition).replace('*', ''));
    expect(subjects.report('ended', EXECUTION_ID)).toMatch(subjects.reportsOf(partition).replace('*', ''));
  });

  it('keep a worker group to one level, whatever its name', () => {
    expect(subjects.runTask('gpu.large *>')).toBe('cmd.task.run.gpu_large___');
  });

  it('let a namespace be filtered with all below it', () => {
    expect(subjects.executionEvent('ended', 'e1', 'company.team', 'hello')).toBe(
      'evt.execution.ended.e1.company.team.hello',
    );
  });
});

const bytesOf = (n: number) => (size: number) => createHash('sha256').update(String(n)).digest().subarray(0, size);

const subjectsOf = ({ methods }: DescService): string[] =>
  methods
    .map((method) => getOption(method, request_subject).replace('<partition>', String(partitionOf(EXECUTION_ID))))
    .sort();
