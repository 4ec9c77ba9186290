import type { JsonMap } from '../json.ts';
import { INPUT_TYPES } from '../read/read-input.ts';

/** Parts of the schema of flows that are the same whatever is installed. */

const DURATION: JsonMap = { type: 'string', description: 'ISO-8601 duration, such as `PT30S`.' };
const FLAG: JsonMap = { type: 'boolean' };
const TEXT: JsonMap = { type: 'string' };
const LEVEL: JsonMap = { enum: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] };
const INERT = 'Accepted, and has no effect here.';
const CONDITIONS_LIST: JsonMap = { type: 'array', items: { $ref: '#/$defs/condition' } };

/** A list of tasks. */
export const TASKS: JsonMap = { type: 'array', items: { $ref: '#/$defs/task' } };

export const LABELS: JsonMap = {
  anyOf: [
    { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    { type: 'array', items: { type: 'object', required: ['key', 'value'], properties: { key: TEXT, value: {} } } },
  ],
};

export const RETRY: JsonMap = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: { enum: ['constant', 'exponential', 'random'] },
    interval: DURATION,
    minInterval: DURATION,
    maxInterval: DURATION,
    delayFactor: { type: 'number', default: 2 },
    maxAttempts: { type: 'integer', minimum: 1 },
    maxAttempt: { type: 'integer', minimum: 1, deprecated: true, description: 'Write `maxAttempts`.' },
    maxDuration: DURATION,
    warningOnRetry: FLAG,
    behavior: { enum: ['RETRY_FAILED_TASK', 'CREATE_NEW_EXECUTION'], default: 'RETRY_FAILED_TASK' },
  },
};

export const COMMON_TASK: JsonMap = {
  id: { type: 'string', pattern: '^[a-zA-Z0-9][a-zA-Z0-9_-]*$' },
  description: { type: 'string', description: 'Markdown.' },
  disabled: FLAG,
  runIf: { type: ['string', 'boolean'], description: 'Template; the task is skipped when it renders to false.' },
  when: { type: ['string', 'boolean'], description: 'The same as `runIf`, in the 2.0 language.' },
  retry: { $ref: '#/$defs/retry' },
  timeout: { ...DURATION, description: 'Longest time of one attempt: an ISO-8601 duration, or a template for one.' },
  allowFailure: { ...FLAG, description: 'A failure counts as a warning.' },
  allowWarning: { ...FLAG, description: 'A warning counts as a success.' },
  logLevel: LEVEL,
  logToFile: FLAG,
  taskCache: { type: 'object', properties: { enabled: FLAG, ttl: DURATION } },
  onWorkerLost: { enum: ['RETRY', 'FAIL'], description: 'What becomes of an attempt whose runner was lost.' },
  workerGroup: { type: ['string', 'object'] },
};

export const COMMON_TRIGGER: JsonMap = {
  id: { type: 'string', pattern: '^[a-zA-Z0-9][a-zA-Z0-9_-]*$' },
  description: TEXT,
  disabled: FLAG,
  inputs: { type: 'object', description: 'Values of inputs, which may be templates.' },
  labels: { $ref: '#/$defs/labels' },
  conditions: CONDITIONS_LIST,
  scheduleConditions: { ...CONDITIONS_LIST, deprecated: true, description: 'Write `conditions`.' },
  when: { type: ['string', 'boolean'], description: 'Template; the trigger fires only when it renders to true.' },
  stopAfter: { type: 'array', items: TEXT, description: 'States after which the trigger is disabled.' },
  allowConcurrent: FLAG,
  failOnTriggerError: { ...FLAG, description: INERT },
  logLevel: { ...LEVEL, description: INERT },
  minLogLevel: { ...LEVEL, deprecated: true, description: INERT },
  logToFile: { ...FLAG, description: INERT },
  workerGroup: { type: ['string', 'object'], description: INERT },
};

const TYPE: JsonMap = { enum: Object.keys(INPUT_TYPES) };
const CHOICE: JsonMap = {
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    { type: 'object', required: ['value'], additionalProperties: false, properties: { label: TEXT, value: {} } },
  ],
};

export const INPUT: JsonMap = {
  type: 'object',
  required: ['type'],
  properties: {
    id: { type: 'string', pattern: '^[a-zA-Z0-9][.a-zA-Z0-9_-]*$' },
    name: { type: 'string', deprecated: true, description: 'Write `id`.' },
    type: { enum: [...Object.keys(INPUT_TYPES), 'FORM'] },
    inputs: { type: 'array', items: { $ref: '#/$defs/input' }, description: 'Of a FORM: the inputs it groups.' },
    displayName: TEXT,
    description: TEXT,
    required: { type: 'boolean', default: true },
    defaults: { description: 'Value when none is given; may be a template.' },
    prefill: { description: 'What the form shows first; may be cleared.' },
    dependsOn: { type: 'object', properties: { inputs: { type: 'array', items: TEXT }, condition: TEXT } },
    values: { type: 'array', items: CHOICE },
    jsonSchema: { type: ['string', 'object'], description: 'What a JSON input must match, draft 2020-12.' },
    expression: TEXT,
    allowCustomValue: FLAG,
    autoSelectFirst: FLAG,
    itemType: TYPE,
    validator: { type: 'string', description: 'Regular expression over the whole text.' },
    min: { type: ['number', 'string'] },
    max: { type: ['number', 'string'] },
    after: TEXT,
    before: TEXT,
    allowedFileExtensions: { type: 'array', items: TEXT },
  },
};

export const OUTPUT: JsonMap = {
  type: 'object',
  required: ['id', 'type', 'value'],
  additionalProperties: false,
  properties: { id: TEXT, type: TYPE, value: {}, displayName: TEXT, description: TEXT, required: FLAG },
};

export const PLUGIN_DEFAULT: JsonMap = {
  type: 'object',
  required: ['type', 'values'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', description: 'A type, or the beginning of types up to a dot.' },
    values: { type: 'object' },
    forced: { type: 'boolean', default: false, description: 'Wins over what the task says.' },
  },
};

export const CONCURRENCY: JsonMap = {
  type: 'object',
  required: ['limit'],
  additionalProperties: false,
  properties: { limit: { type: 'integer', minimum: 1 }, behavior: { enum: ['QUEUE', 'CANCEL', 'FAIL'], default: 'QUEUE' } }, // prettier-ignore
};

export const SLA: JsonMap = {
  type: 'object',
  required: ['id', 'type', 'behavior'],
  additionalProperties: false,
  properties: {
    id: TEXT,
    type: { enum: ['MAX_DURATION', 'EXECUTION_ASSERTION'] },
    behavior: { enum: ['FAIL', 'CANCEL', 'NONE'] },
    labels: { $ref: '#/$defs/labels' },
    duration: DURATION,
    assert: TEXT,
  },
};

export const CHECK: JsonMap = {
  type: 'object',
  required: ['message'],
  additionalProperties: false,
  properties: {
    condition: { type: ['string', 'boolean'] },
    when: { type: ['string', 'boolean'] },
    message: TEXT,
    style: { enum: ['ERROR', 'SUCCESS', 'WARNING', 'INFO'], default: 'INFO' },
    behavior: { enum: ['BLOCK_EXECUTION', 'FAIL_EXECUTION', 'CREATE_EXECUTION'], default: 'BLOCK_EXECUTION' },
  },
};
