import { readFileSync, readdirSync } from 'node:fs';
import { createRegistry, fromJson, toJson, type DescField, type DescMessage, type JsonValue } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { file_tutti_v1_execution } from './gen/tutti/v1/execution_pb.ts';
import { file_tutti_v1_failure } from './gen/tutti/v1/failure_pb.ts';
import { file_tutti_v1_health } from './gen/tutti/v1/health_pb.ts';
import { file_tutti_v1_log } from './gen/tutti/v1/log_pb.ts';
import { file_tutti_v1_registry } from './gen/tutti/v1/registry_pb.ts';
import { file_tutti_v1_task } from './gen/tutti/v1/task_pb.ts';
import { file_tutti_v1_trigger } from './gen/tutti/v1/trigger_pb.ts';
import type { AttemptCause, ExecutionState, KeyValueType, LogLevel, TaskRunState } from './index.ts';
import { SAMPLES } from './testing/samples.ts';

const registry = createRegistry(
  file_tutti_v1_execution,
  file_tutti_v1_failure,
  file_tutti_v1_health,
  file_tutti_v1_log,
  file_tutti_v1_registry,
  file_tutti_v1_task,
  file_tutti_v1_trigger,
);
const messages = new Map<string, DescMessage>();
for (const type of registry)
  if (type.kind === 'message' && !type.parent && type.typeName.startsWith('tutti.')) messages.set(type.name, type);

/** Types that are part of messages and no messages themselves. */
const PARTS_OF_MESSAGES = [
  'AttemptCause', 'ExecutionState', 'ExecutionVerb', 'Json', 'JsonMap', 'KeyValueType', 'LogLevel', 'TaskReport',
  'TaskRunState', 'TriggerRef',
]; // prettier-ignore

/** The bus itself makes and reads these; their types are `UserErrorData` of service-kit and `ErrorData` of bus. */
const MESSAGES_OF_THE_BUS = ['Failure', 'Place'];

describe('the TypeScript types and the proto files', () => {
  it('describe the same messages', () => {
    const types = exportedTypes().filter((name) => !PARTS_OF_MESSAGES.includes(name));
    expect(types.sort()).toEqual([...messages.keys()].filter((name) => !MESSAGES_OF_THE_BUS.includes(name)).sort());
  });

  it('have a sample of every message', () => {
    const expected = [...messages.keys()].filter((name) => !MESSAGES_OF_THE_BUS.includes(name));
    expect(Object.keys(SAMPLES).sort()).toEqual(expected.sort());
  });

  const everySample = Object.entries(SAMPLES).flatMap(([name, samples]) =>
    samples.map((sample, index) => [name, index, sample] as const),
  );

  it.each(everySample)('agree on a full %s (%i): nothing is unknown, nothing is lost', (name, _index, { full }) => {
    const type = messages.get(name)!;
    expect(wire(type, full)).toEqual(asWritten(type, full));
  });

  it.each(everySample)('agree on the least %s (%i): only empty lists are added', (name, _index, { least }) => {
    const type = messages.get(name)!;
    expect(wire(type, least)).toEqual(asWritten(type, least));
  });

  it.each(Object.entries(SAMPLES))('name the same fields of %s', (name, samples) => {
    const inSamples = new Set(samples.flatMap(({ full }) => Object.keys(full)));
    expect([...inSamples].sort()).toEqual(
      messages
        .get(name)!
        .fields.map(({ jsonName }) => jsonName)
        .sort(),
    );
  });

  it.each(Object.entries(SAMPLES))('agree on what %s may leave out', (name, samples) => {
    const single = messages.get(name)!.fields.filter(({ fieldKind }) => fieldKind !== 'list' && fieldKind !== 'map');
    const leftOut = single.filter(({ jsonName }) => samples.some(({ least }) => !(jsonName in least)));
    const marked = single.filter(({ proto }) => proto.proto3Optional);
    expect(leftOut.map(({ jsonName }) => jsonName)).toEqual(marked.map(({ jsonName }) => jsonName));
  });

  it('use the same words for states, levels, causes and types', () => {
    const words = {
      'ExecutionSnapshot.State': namesOf<ExecutionState>({
        CREATED: 1, QUEUED: 1, RUNNING: 1, PAUSED: 1, RESTARTED: 1, RETRYING: 1, RETRIED: 1, KILLING: 1, KILLED: 1,
        CANCELLED: 1, SUCCESS: 1, WARNING: 1, FAILED: 1,
      }), // prettier-ignore
      'TaskRunSnapshot.State': namesOf<TaskRunState>({
        CREATED: 1, SUBMITTED: 1, RUNNING: 1, PAUSED: 1, RESTARTED: 1, RETRYING: 1, RETRIED: 1, KILLING: 1, KILLED: 1,
        CANCELLED: 1, SKIPPED: 1, SUCCESS: 1, WARNING: 1, FAILED: 1,
      }), // prettier-ignore
      'AttemptSnapshot.Cause': namesOf<AttemptCause>({ FIRST: 1, RETRY: 1, WORKER_LOST: 1, RESTART: 1, REPLAY: 1 }),
      'LogLine.Level': namesOf<LogLevel>({ TRACE: 1, DEBUG: 1, INFO: 1, WARN: 1, ERROR: 1 }),
      'KeyValue.Type': namesOf<KeyValueType>({ STRING: 1, NUMBER: 1, BOOLEAN: 1, DATETIME: 1, DATE: 1, DURATION: 1, JSON: 1 }), // prettier-ignore
      'FlowFinding.Severity': ['ERROR', 'INFO', 'WARNING'],
    };
    for (const [name, expected] of Object.entries(words))
      expect(registry.getEnum(`tutti.v1.${name}`)!.values.slice(1).map((value) => value.name).sort()).toEqual(expected); // prettier-ignore
  });
});

describe('strictness', () => {
  it('refuses a name that the contract does not know', () => {
    expect(() => wire(messages.get('RunTask')!, { executionId: 'e', taskRunID: 'e-1' })).toThrow('taskRunID');
  });

  it('refuses a state that the contract does not know', () => {
    expect(() => wire(messages.get('ChildReport')!, { state: 'SUCCEEDED' })).toThrow('SUCCEEDED');
  });
});

/** There and back: JSON text, message, JSON. */
function wire(type: DescMessage, body: object): JsonValue {
  const json = JSON.parse(JSON.stringify(body)) as JsonValue;
  return toJson(type, fromJson(type, json), { alwaysEmitImplicit: true });
}

/** A body as canonical JSON writes it: with the lists and maps that it leaves out, empty. */
function asWritten(type: DescMessage, body: object): object {
  const written: Record<string, unknown> = { ...body };
  for (const field of type.fields) {
    const value = written[field.jsonName];
    if (field.fieldKind === 'list')
      written[field.jsonName] = ((value ?? []) as object[]).map((item) => part(field, item));
    else if (field.fieldKind === 'map') written[field.jsonName] = value ?? {};
    else if (value !== undefined) written[field.jsonName] = part(field, value as object);
  }
  return written;
}

const part = ({ message }: DescField, value: object): object =>
  message?.typeName.startsWith('tutti.') ? asWritten(message, value) : value;

/** The members of a union of words, which the compiler keeps complete. */
const namesOf = <Word extends string>(words: Record<Word, 1>): string[] => Object.keys(words).sort();

function exportedTypes(): string[] {
  const folder = new URL('.', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts')
    .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^export (?:interface|type) (\w+)/gm)])
    .map(([, name]) => name!);
}
