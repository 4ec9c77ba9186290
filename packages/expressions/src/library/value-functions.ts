import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { valueError } from '../expression-error.ts';
import { readIon } from '../formats/read-ion.ts';
import { readJson } from '../formats/read-json.ts';
import { readYaml } from '../formats/read-yaml.ts';
import { isMap, type Value, type ValueMap } from '../json.ts';
import { compares } from '../values/equality.ts';
import { numberOf } from '../values/number.ts';
import { joinedText, kindOf } from '../values/print.ts';
import { range } from '../values/range.ts';
import { listFrom, mapFrom, optionalBoolean, optionalText, textFrom } from './arguments.ts';
import { optional, required, type FunctionDeclaration, type Functions } from './declaration.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

const fromJson: FunctionDeclaration = {
  description: 'Reads JSON.',
  params: [required('json', 'The text; null gives null.')],
  example: { template: `{{ fromJson('{"a": [1, 2]}').a[0] }}`, result: '1' },
  call: ([json]) =>
    json === null || json === undefined ? null : readJson(textFrom(json, 'Argument "json" of fromJson()')),
};

/** Functions that make values out of their arguments and nothing else. */
export const VALUE_FUNCTIONS: Functions = {
  fromJson,
  json: {
    ...fromJson,
    description: 'The same as `fromJson`.',
    example: { template: `{{ json('[1, 2]') }}`, result: '[1,2]' },
  },
  yaml: {
    description: 'Reads YAML 1.1: its first document.',
    params: [required('yaml', 'The text.')],
    example: { template: "{{ yaml('a: [1, 2]').a[0] }}", result: '1' },
    call: ([yaml], { budget }) => readYaml(textFrom(yaml, 'Argument "yaml" of yaml()'), budget),
  },
  fromIon: {
    description: 'Reads Amazon Ion: its first value, or all.',
    params: [required('ion', 'The text; null gives null.'), optional('allRows', 'True for a list of all values.')],
    waits: true,
    example: { template: `{{ fromIon('{title: "Main", views: 7}').views }}`, result: '7' },
    async call([ion, allRows], { budget }) {
      if (ion === null || ion === undefined) return null;
      const rows = await readIon(textFrom(ion, 'Argument "ion" of fromIon()'), budget);
      return optionalBoolean(allRows, 'Argument "allRows" of fromIon()', false) ? rows : (rows[0] ?? null);
    },
  },
  max: extreme('max', 'largest', '>', '9'),
  min: extreme('min', 'smallest', '<', '2'),
  range: {
    description: 'Numbers or letters from one to another, both included.',
    params: [
      required('start', 'The first.'),
      required('end', 'The last.'),
      optional('increment', '1 when left out; may be negative.'),
    ],
    example: { template: '{{ range(0, 10, 5) }}', result: '[0,5,10]' },
    call: ([start, end, increment], { budget }) => range(start ?? null, end ?? null, stepOf(increment), budget),
  },
  env: {
    description: 'An environment variable that the installation hands to flows; never one of the server itself.',
    params: [required('name', 'Its name.'), optional('default', 'What to give when it is missing or empty.')],
    example: { template: "{{ env('HOST', 'localhost') }}", vars: { envs: {} }, result: 'localhost' },
    call([name, fallback], evaluation) {
      const key = textFrom(name, 'Argument "name" of env()');
      const value = own(evaluation.lookup('envs') ?? null, key);
      return value === undefined || value === null || value === '' ? (fallback ?? null) : value;
    },
  },
  encrypt: {
    description: 'Encrypts a text by AES-GCM.',
    params: [required('key', 'The key, 16, 24 or 32 bytes in base64.'), required('plaintext', 'The text.')],
    example: {
      template: "{{ decrypt(k, encrypt(k, 'hush')) }}",
      vars: { k: 'I6EGNzRESu3X3pKZidrqCGOHQFUFC0yK' },
      result: 'hush',
    },
    call([key, plaintext]) {
      const iv = randomBytes(IV_BYTES);
      const secret = keyOf(key, 'encrypt()');
      const cipher = createCipheriv(algorithmOf(secret), secret, iv);
      const text = cipher.update(textFrom(plaintext, 'Argument "plaintext" of encrypt()'));
      return Buffer.concat([iv, text, cipher.final(), cipher.getAuthTag()]).toString('base64');
    },
  },
  decrypt: {
    description: 'Decrypts what `encrypt` made; the text is masked in logs.',
    params: [required('key', 'The key in base64.'), required('encrypted', 'The encrypted text.')],
    example: {
      template: "{{ decrypt(k, encrypt(k, 'hush')) }}",
      vars: { k: 'I6EGNzRESu3X3pKZidrqCGOHQFUFC0yK' },
      result: 'hush',
    },
    call([key, encrypted], { run }) {
      if (encrypted === '') return '';
      const text = decrypted(
        keyOf(key, 'decrypt()'),
        Buffer.from(textFrom(encrypted, 'Argument "encrypted" of decrypt()'), 'base64'),
      );
      if (text !== '') run.secrets.add(text);
      return text;
    },
  },
  tasksWithState: {
    description:
      'Which tasks of the execution are in a state: a list of maps with `taskId`, `state` and, in a loop, `value`.',
    params: [required('state', 'The state: `FAILED`, `SUCCESS`, …')],
    example: {
      template: "{{ tasksWithState('FAILED')[0].taskId }}",
      vars: { tasks: { load: { state: 'FAILED' } } },
      result: 'load',
    },
    call([state], evaluation) {
      const wanted = textFrom(state, 'Argument "state" of tasksWithState()').toUpperCase();
      return Object.entries(mapFrom(evaluation.lookup('tasks') ?? {}, 'Variable "tasks"')).flatMap(([taskId, task]) =>
        statesOf(taskId, task).filter((one) => one.state === wanted),
      );
    },
  },
  currentEachOutput: {
    description: 'The outputs of a sibling task in the same round of all loops around.',
    params: [required('outputs', 'The outputs of the sibling: `outputs.taskId`.')],
    example: {
      template: '{{ currentEachOutput(outputs.load).rows }}',
      vars: { outputs: { load: { a: { rows: 3 } } }, taskrun: { value: 'a' }, parents: [] },
      result: '3',
    },
    call: ([outputs], evaluation) =>
      currentEachOutput(mapFrom(outputs, 'Argument "outputs" of currentEachOutput()'), evaluation),
  },
  loopOutputs: {
    description: 'One output of every round of a loop, null where a round has none.',
    params: [
      required('outputs', 'The outputs of the loop: `outputs.taskId.outputs`.'),
      required('name', 'Name of the output.'),
    ],
    example: {
      template: "{{ loopOutputs(outputs.each.outputs, 'uri') }}",
      vars: { outputs: { each: { outputs: [{ outputs: { uri: 'a' } }, {}] } } },
      result: '["a",null]',
    },
    call([outputs, name]) {
      const key = textFrom(name, 'Argument "name" of loopOutputs()');
      return listFrom(outputs, 'Argument "outputs" of loopOutputs()').map(
        (round) => own(own(round, 'outputs') ?? null, key) ?? null,
      );
    },
  },
  iterationOutput: {
    description: 'The outputs of a task in one round of a loop.',
    params: [required('taskId', 'The task.'), required('iteration', 'The value of the round, or its number from 0.')],
    example: {
      template: "{{ iterationOutput('load', 'a').rows }}",
      vars: { outputs: { load: { a: { rows: 3 } } } },
      result: '3',
    },
    call([taskId, iteration], evaluation) {
      const outputs =
        own(evaluation.lookup('outputs') ?? null, textFrom(taskId, 'Argument "taskId" of iterationOutput()')) ?? null;
      const number = numberOf(iteration ?? null);
      const key = optionalText(
        number === undefined ? iteration : String(number),
        'Argument "iteration" of iterationOutput()',
        '',
      );
      return (
        own(outputs, key) ??
        (number !== undefined && isMap(outputs) ? Object.values(outputs)[number] : undefined) ??
        null
      );
    },
  },
  parentOutput: {
    description: 'The value of the loop around, or of one further out.',
    params: [optional('level', '0, the nearest, when left out.')],
    example: { template: '{{ parentOutput() }}', vars: { parents: [{ taskrun: { value: 'a' } }] }, result: 'a' },
    call([level], evaluation) {
      const parents = listFrom(evaluation.lookup('parents') ?? [], 'Variable "parents"');
      return own(own(parents[numberOf(level ?? 0) ?? 0] ?? null, 'taskrun') ?? null, 'value') ?? null;
    },
  },
};

function extreme(name: string, which: string, operator: '<' | '>', result: string): FunctionDeclaration {
  return {
    description: `The ${which} number of the arguments; null is skipped.`,
    params: [],
    variadic: true,
    example: { template: `{{ ${name}(3, 9, 2) }}`, result },
    call(args, { budget }) {
      let best: Value = null;
      for (const value of args) best = better(best, value ?? null, operator, name, budget);
      return best;
    },
  };
}

function better(best: Value, value: Value, operator: '<' | '>', name: string, budget: Budget): Value {
  if (best === null || value === null) return best ?? value;
  for (const one of [best, value])
    if (numberOf(one) === undefined) throw valueError(`${name}() compares numbers, found ${kindOf(one)}`);
  return compares(operator, value, best, budget) ? value : best;
}

function stepOf(increment: Value | undefined): number {
  if (increment === undefined || increment === null) return 1;
  const step = numberOf(increment);
  if (step === undefined)
    throw valueError(`Argument "increment" of range() needs a number, found ${kindOf(increment)}`);
  return Math.trunc(step);
}

function own(value: Value, key: string): Value | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function keyOf(key: Value | undefined, who: string): Buffer {
  const bytes = Buffer.from(textFrom(key, `Argument "key" of ${who}`), 'base64');
  if (![16, 24, 32].includes(bytes.length))
    throw valueError(`Argument "key" of ${who} has ${bytes.length} bytes, 16, 24 or 32 are needed`);
  return bytes;
}

function algorithmOf(key: Buffer): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  if (key.length === 16) return 'aes-128-gcm';
  return key.length === 24 ? 'aes-192-gcm' : 'aes-256-gcm';
}

function decrypted(key: Buffer, bytes: Buffer): string {
  if (bytes.length < IV_BYTES + TAG_BYTES) throw valueError('decrypt() found a text that encrypt() did not make');
  const decipher = createDecipheriv(algorithmOf(key), key, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString();
  } catch (cause) {
    throw valueError('decrypt() has the wrong key, or a text that encrypt() did not make', { cause });
  }
}

/** A task that ran once, or in a loop once per value. */
function statesOf(taskId: string, task: Value): ValueMap[] {
  const state = own(task, 'state');
  if (typeof state === 'string') return [{ state, taskId }];
  if (!isMap(task)) return [];
  return Object.entries(task).flatMap(([value, run]) => {
    const inner = own(run, 'state');
    return typeof inner === 'string' ? [{ state: inner, value, taskId }] : [];
  });
}

/** Steps down by the values of all loops around, the outermost first. */
function currentEachOutput(outputs: ValueMap, evaluation: Evaluation): Value {
  const parents = listFrom(evaluation.lookup('parents') ?? [], 'Variable "parents"');
  const taskrun = evaluation.lookup('taskrun') ?? null;
  const values = [
    ...parents.toReversed().map((parent) => own(own(parent, 'taskrun') ?? null, 'value')),
    own(taskrun, 'value'),
  ];
  let found: Value = outputs;
  for (const value of values)
    if (value !== undefined && value !== null) found = own(found, joinedText(value, evaluation.budget)) ?? null;
  return found;
}
