import { spawnSync } from 'node:child_process';

/** One message of the contract, as its proto file describes it. */
export interface Message {
  readonly name: string;
  readonly about: string;
  readonly subjects: readonly string[];
  readonly fields: readonly Field[];
  readonly enums: readonly Enum[];
  /** Messages that stand inside it, with their names in full. */
  readonly inner: readonly Message[];
}

export interface Field {
  readonly name: string;
  /** `text`, `Label`, `list of LogLine`, `map of text` … */
  readonly type: string;
  readonly optional: boolean;
  readonly about: string;
}

export interface Enum {
  readonly name: string;
  readonly about: string;
  readonly values: readonly { readonly name: string; readonly about: string }[];
}

export interface Service {
  readonly name: string;
  readonly about: string;
  readonly calls: readonly Call[];
}

export interface Call {
  readonly subject: string;
  readonly request: string;
  readonly reply: string;
  readonly about: string;
}

export interface Contract {
  readonly messages: readonly Message[];
  readonly services: readonly Service[];
}

/** The proto files with their comments, read by `buf`. */
export function readContract(): Contract {
  const { stdout, status, stderr } = spawnSync('node_modules/.bin/buf', ['build', '-o', '-#format=json'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`buf build failed: ${stderr}`);
  const files = (JSON.parse(stdout) as { file: FileDescriptor[] }).file.filter(({ name }) => name.startsWith('tutti/'));
  return {
    messages: files.flatMap((file) => messagesOf(file)),
    services: files.flatMap((file) => servicesOf(file)),
  };
}

interface FileDescriptor {
  readonly name: string;
  readonly messageType?: readonly MessageDescriptor[];
  readonly service?: readonly ServiceDescriptor[];
  readonly sourceCodeInfo: { readonly location: readonly { readonly path?: number[]; readonly leadingComments?: string }[] }; // prettier-ignore
}
interface MessageDescriptor {
  readonly name: string;
  readonly field?: readonly FieldDescriptor[];
  readonly nestedType?: readonly MessageDescriptor[];
  readonly enumType?: readonly { readonly name: string; readonly value: readonly { readonly name: string }[] }[];
  readonly options?: { readonly mapEntry?: boolean; readonly '[tutti.v1.published_subject]'?: readonly string[] };
}
interface FieldDescriptor {
  readonly jsonName: string;
  readonly label: string;
  readonly type: string;
  readonly typeName?: string;
  readonly proto3Optional?: boolean;
}
interface ServiceDescriptor {
  readonly name: string;
  readonly method: readonly {
    readonly inputType: string;
    readonly outputType: string;
    readonly options: { readonly '[tutti.v1.request_subject]': string };
  }[];
}

/** Field numbers of `descriptor.proto`, of which the paths of comments consist. */
const PATH = { message: 4, service: 6, field: 2, inner: 3, enum: 4, value: 2, method: 2 } as const;

function messagesOf(file: FileDescriptor): Message[] {
  return (file.messageType ?? []).map((type, index) => messageOf(file, type, [PATH.message, index], ''));
}

function messageOf(file: FileDescriptor, type: MessageDescriptor, path: readonly number[], prefix: string): Message {
  const { field = [], enumType = [], nestedType = [], options } = type;
  const name = prefix + type.name;
  return {
    name,
    about: comment(file, path),
    subjects: options?.['[tutti.v1.published_subject]'] ?? [],
    fields: field.map((each, index) => ({
      name: each.jsonName,
      type: typeOf(each, nestedType),
      optional: each.proto3Optional ?? false,
      about: comment(file, [...path, PATH.field, index]),
    })),
    enums: enumType.map((each, index) => ({
      name: `${name}.${each.name}`,
      about: comment(file, [...path, PATH.enum, index]),
      values: each.value
        .map((value, at) => ({ name: value.name, about: comment(file, [...path, PATH.enum, index, PATH.value, at]) }))
        .slice(1),
    })),
    inner: nestedType.flatMap((each, index) =>
      each.options?.mapEntry ? [] : [messageOf(file, each, [...path, PATH.inner, index], `${name}.`)],
    ),
  };
}

function servicesOf(file: FileDescriptor): Service[] {
  return (file.service ?? []).map(({ name, method }, index) => ({
    name,
    about: comment(file, [PATH.service, index]),
    calls: method.map(({ inputType, outputType, options }, at) => ({
      subject: options['[tutti.v1.request_subject]'],
      request: nameOf(inputType),
      reply: nameOf(outputType),
      about: comment(file, [PATH.service, index, PATH.method, at]),
    })),
  }));
}

function typeOf(field: FieldDescriptor, inner: readonly MessageDescriptor[]): string {
  const entry = inner.find(({ name, options }) => options?.mapEntry && field.typeName?.endsWith(`.${name}`));
  if (entry) return `map of ${nameOfType(entry.field![1]!)}`;
  return (field.label === 'LABEL_REPEATED' ? 'list of ' : '') + nameOfType(field);
}

function nameOfType({ type, typeName }: FieldDescriptor): string {
  if (typeName) return nameOf(typeName);
  if (type === 'TYPE_STRING') return 'text';
  if (type === 'TYPE_BOOL') return 'boolean';
  return type === 'TYPE_INT32' ? 'integer' : 'number';
}

/** What the well-known types are in JSON. */
const KNOWN: Readonly<Record<string, string>> = {
  Struct: 'JSON map',
  Value: 'any JSON',
  ListValue: 'JSON list',
  Empty: 'nothing',
};

const nameOf = (typeName: string): string =>
  typeName.startsWith('.google.protobuf.')
    ? KNOWN[typeName.slice('.google.protobuf.'.length)]!
    : typeName.slice('.tutti.v1.'.length);

function comment({ sourceCodeInfo }: FileDescriptor, path: readonly number[]): string {
  const key = path.join();
  const found = sourceCodeInfo.location.find((location) => location.path?.join() === key);
  return (found?.leadingComments ?? '').trim().replaceAll(/\s*\n\s*/g, ' ');
}
