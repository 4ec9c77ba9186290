import type { Services } from '../call.ts';
import type { Evaluation } from '../evaluation.ts';
import { ExpressionError, valueError } from '../expression-error.ts';
import { isMap, type Json, type Result, type Value } from '../json.ts';
import { chain } from '../language/code.ts';
import { jsonFrom } from '../values/plain.ts';
import { kindOf } from '../values/print.ts';
import { readJson } from '../formats/read-json.ts';
import { optionalBoolean, optionalText, textFrom } from './arguments.ts';
import { optional, required, type Functions } from './declaration.ts';

const PATH = required('path', 'An address in internal storage, or a path among the files of the namespace.');
const NAMESPACE = optional('namespace', "The flow's own when left out.");

/** Functions that ask the outside; the only ones whose answer may take time. */
export const IO_FUNCTIONS: Functions = {
  kv: {
    description: 'A value of the key-value store, of the namespace or one above it.',
    params: [required('key', 'The key.'), NAMESPACE, optional('errorOnMissing', 'False for null instead of an error.')],
    waits: true,
    note: "A missing key is an error that `??` does not catch: write `kv('K', errorOnMissing=false) ?? 'default'`.",
    example: { template: "{{ kv('BUCKET') }}", result: 'gs://taxi' },
    call([key, namespace, errorOnMissing], evaluation) {
      const name = nonEmpty(key, 'Argument "key" of kv()');
      const where = namespaceOf(namespace, evaluation, 'kv()');
      const mustExist = optionalBoolean(errorOnMissing, 'Argument "errorOnMissing" of kv()', true);
      return chain(
        ask(evaluation, 'kv', (services) => services.kv(name, where, evaluation.run.call)),
        (value) => {
          if (value === undefined && mustExist)
            throw notFound(`The key "${name}" does not exist in the namespace "${where}"`, name);
          return value ?? null;
        },
      );
    },
  },
  secret: {
    description: 'A secret. Remembered to be masked in logs, and never rendered again itself.',
    params: [
      required('key', 'Its name.'),
      NAMESPACE,
      optional('subkey', 'One entry of a secret that is a JSON map.'),
      optional('full', 'True for a map with the secret under `value`.'),
    ],
    waits: true,
    example: { template: "Bearer {{ secret('TOKEN') }}", result: 'Bearer hush' },
    call([key, namespace, subkey, full], evaluation) {
      const name = nonEmpty(key, 'Argument "key" of secret()');
      const where = namespaceOf(namespace, evaluation, 'secret()');
      const entry = optionalText(subkey, 'Argument "subkey" of secret()', '');
      const whole = optionalBoolean(full, 'Argument "full" of secret()', false);
      return chain(
        ask(evaluation, 'secret', (services) => services.secret(name, where, evaluation.run.call)),
        (secret) => {
          if (secret === undefined)
            throw notFound(`The secret "${name}" does not exist in the namespace "${where}"`, name);
          const value = entry === '' ? secret : entryOf(secret, name, entry);
          for (const text of [secret, value])
            if (typeof text === 'string' && text !== '') evaluation.run.secrets.add(text);
          return whole ? { value } : value;
        },
      );
    },
  },
  read: {
    description: 'The text of a file.',
    params: [PATH, NAMESPACE],
    waits: true,
    example: { template: "{{ read('query.sql') }}", result: 'select 1' },
    call: ([path, namespace], evaluation) => {
      const place = pathOf(path, 'read()');
      const where = namespaceOf(namespace, evaluation, 'read()');
      return chain(
        ask(evaluation, 'file', ({ file }) => file.read(place, where, evaluation.run.call)),
        (text) => {
          if (text === undefined) throw noFile(place);
          return text;
        },
      );
    },
  },
  fileSize: {
    description: 'How many bytes a file has.',
    params: [PATH, NAMESPACE],
    waits: true,
    example: { template: "{{ fileSize('query.sql') }}", result: '8' },
    call: ([path, namespace], evaluation) => fileSize(path, namespace, evaluation, 'fileSize()'),
  },
  isFileEmpty: {
    description: 'Whether a file has no bytes.',
    params: [PATH, NAMESPACE],
    waits: true,
    example: { template: "{{ isFileEmpty('query.sql') }}", result: 'false' },
    call: ([path, namespace], evaluation) =>
      chain(fileSize(path, namespace, evaluation, 'isFileEmpty()'), (size) => size === 0),
  },
  fileExists: {
    description: 'Whether there is a file.',
    params: [PATH, NAMESPACE],
    waits: true,
    example: { template: "{{ fileExists('nothing.sql') }}", result: 'false' },
    call([path, namespace], evaluation) {
      const place = pathOf(path, 'fileExists()');
      const where = namespaceOf(namespace, evaluation, 'fileExists()');
      return ask(evaluation, 'file', ({ file }) => file.exists(place, where, evaluation.run.call));
    },
  },
  fileURI: {
    description: 'The address of a file of the namespace in internal storage, whether it exists or not.',
    params: [PATH, NAMESPACE],
    example: { template: "{{ fileURI('query.sql') }}", result: 'kestra:///company/team/_files/query.sql' },
    call([path, namespace], evaluation) {
      const place = pathOf(path, 'fileURI()').replace(/^(nsfile:\/\/)?\/*/, '');
      if (/\s/.test(place) || /^[a-z]+:\/\//.test(place))
        throw valueError(`"${place.slice(0, 80)}" is not the path of a namespace's file`);
      return `kestra:///${namespaceOf(namespace, evaluation, 'fileURI()').replaceAll('.', '/')}/_files/${place}`;
    },
  },
  errorLogs: {
    description: "The error lines of the execution's log, each with its `level`, `message` and more.",
    params: [],
    waits: true,
    example: { template: "{{ errorLogs() | jq('.[].message') | join('; ') }}", result: 'disk full' },
    call: (_, evaluation) =>
      ask(evaluation, 'errorLogs', (services) => services.errorLogs(evaluation.run.call) as Result),
  },
  http: {
    description:
      "The body of an HTTP answer, parsed when it is JSON. Which addresses may be asked is the installation's affair.",
    params: [
      required('uri', 'The address.'),
      optional('method', 'GET when left out.'),
      optional('query', 'A map of query parameters.'),
      optional('body', 'What to send.'),
      optional('contentType', 'application/json when left out.'),
      optional('headers', 'A map of headers.'),
      optional('options', 'A map of settings: timeouts, authentication.'),
      optional('accept', 'application/json when left out.'),
    ],
    waits: true,
    example: { template: "{{ http('https://api.test/version').version }}", result: '1.2.0' },
    call([uri, method, query, body, contentType, headers, options, accept], evaluation) {
      const request = {
        uri: nonEmpty(uri, 'Argument "uri" of http()'),
        method: optionalText(method, 'Argument "method" of http()', 'GET').toUpperCase(),
        query: optionalMap(query, 'query', evaluation),
        body: jsonFrom(body ?? null, evaluation.budget),
        contentType: optionalText(contentType, 'Argument "contentType" of http()', 'application/json'),
        accept: optionalText(accept, 'Argument "accept" of http()', 'application/json'),
        headers: optionalMap(headers, 'headers', evaluation),
        options: optionalMap(options, 'options', evaluation),
      };
      return ask(evaluation, 'http', (services) => services.http(request, evaluation.run.call));
    },
  },
};

type Service = keyof Services;

/** Asks a service; what it fails with is told with the place in the template, and kept as the cause. */
function ask<T, K extends Service>(
  { run }: Evaluation,
  name: K,
  question: (services: Pick<Services, K>) => T | Promise<T>,
): T | Promise<T> {
  if (!run.services[name])
    throw new ExpressionError(
      'EXPRESSION_SERVICE',
      `${name === 'file' ? 'Files' : `${name}()`} cannot be asked for here`,
    );
  const fail = (cause: unknown): never => {
    throw cause instanceof ExpressionError
      ? cause
      : new ExpressionError('EXPRESSION_SERVICE', messageOf(cause), { cause });
  };
  try {
    const answer = question(run.services as Pick<Services, K>);
    return answer instanceof Promise ? answer.catch(fail) : answer;
  } catch (error) {
    return fail(error);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function fileSize(
  path: Value | undefined,
  namespace: Value | undefined,
  evaluation: Evaluation,
  who: string,
): number | Promise<number> {
  const place = pathOf(path, who);
  const where = namespaceOf(namespace, evaluation, who);
  return chain(
    ask(evaluation, 'file', ({ file }) => file.size(place, where, evaluation.run.call)),
    (size) => {
      if (size === undefined) throw noFile(place);
      return size;
    },
  );
}

function namespaceOf(namespace: Value | undefined, { run }: Evaluation, who: string): string {
  return optionalText(namespace, `Argument "namespace" of ${who}`, run.call.namespace);
}

function nonEmpty(value: Value | undefined, who: string): string {
  const text = textFrom(value, who);
  if (text === '') throw valueError(`${who} is empty`);
  return text;
}

function pathOf(path: Value | undefined, who: string): string {
  const text = nonEmpty(path, `Argument "path" of ${who}`);
  if (text.split(/[/\\]/).includes('..'))
    throw valueError(`"${text.slice(0, 80)}" leads out of its folder`, { hint: 'Paths may not hold "..".' });
  return text;
}

function optionalMap(value: Value | undefined, name: string, { budget }: Evaluation): { readonly [key: string]: Json } {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) throw valueError(`Argument "${name}" of http() needs a map, found ${kindOf(value)}`);
  return jsonFrom(value, budget) as { readonly [key: string]: Json };
}

function entryOf(secret: string, name: string, entry: string): Value {
  const map = parsedSecret(secret);
  if (!isMap(map)) throw valueError(`The secret "${name}" is not a JSON map, so it has no subkey`);
  if (!Object.hasOwn(map, entry)) throw notFound(`The secret "${name}" has no subkey "${entry}"`, entry);
  return map[entry] ?? null;
}

function parsedSecret(secret: string): Value {
  try {
    return readJson(secret);
  } catch {
    return null; // the error must not quote the secret
  }
}

function noFile(path: string): ExpressionError {
  return notFound(`The file "${path.slice(0, 200)}" does not exist`, path);
}

/** Not a missing variable: `??` must not hide that a key, secret or file is not there. */
function notFound(summary: string, subject: string): ExpressionError {
  return new ExpressionError('EXPRESSION_SERVICE', summary, { subject });
}
