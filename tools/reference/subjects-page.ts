import { PARTITION_COUNT } from '@tutti/contracts';
import { STREAMS } from '@tutti/bus';
import { readContract, type Message, type Service } from './contract.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** Every subject on the bus: who may say what there, and who answers. */
export function subjectsPage(): string {
  const { messages, services } = readContract();
  return `${[
    generatedFrom('proto/tutti/v1'),
    '# Subjects',
    INTRODUCTION,
    '## Published',
    'Nobody answers. `evt.` and `log.` are public; [events.md](events.md) shows how to read them.',
    publishedTable(messages),
    '## Streams',
    'Subjects that JetStream keeps. A deleted store loses no work: what is owed stands in PostgreSQL and is said again.',
    streamTable(),
    '## Requests',
    'Each has one answer. One that failed is answered with a [`Failure`](messages.md#failure) and the header `Tutti-Error`.',
    ...services.flatMap(serviceSection),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `All that is said between Tutti's services, and all they tell the world, by NATS subject. Bodies are JSON; what is in
them stands in [messages.md](messages.md). \`cmd.\`, \`ask.\` and \`report.\` are between services of one release and may change with it.

\`<partition>\` is \`FNV-1a(execution id) % ${PARTITION_COUNT}\` (32 bits, over the characters of the id): the sender computes it, the executor
that owns the partition listens. \`<namespace…>\` is one or more levels: the dots of a namespace are levels of the subject.`;

function publishedTable(messages: readonly Message[]): string {
  const rows = messages.flatMap(({ name, subjects, about }) =>
    subjects.map((subject) => [code(subject), link(name), about]),
  );
  return table(['subject', 'message', 'what it says'], rows);
}

function streamTable(): string {
  const rows = STREAMS.map(({ name, subjects, description, retention, whenFull, maxBytes, maxAgeMs }) => [
    code(name),
    subjects.map(code).join(', '),
    description,
    retention === 'workQueue' ? 'until it is acknowledged' : `${maxAgeMs / 3_600_000} h`,
    `${maxBytes / 1024 / 1024} MiB, then ${whenFull === 'refuse' ? 'refuses' : 'the oldest go'}`,
  ]);
  return table(['stream', 'subjects', 'holds', 'a message stays', 'room'], rows);
}

function serviceSection({ name, about, calls }: Service): string[] {
  const rows = calls.map(({ subject, request, reply, about: what }) => [
    code(subject),
    link(request),
    link(reply),
    what,
  ]);
  return [`### ${name}`, about, table(['subject', 'request', 'answer', 'what it asks'], rows)];
}

const link = (name: string): string =>
  name === 'nothing' ? name : `[${code(name)}](messages.md#${name.toLowerCase()})`;
