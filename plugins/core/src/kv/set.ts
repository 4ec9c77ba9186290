import { TaskError, defineTask, parseDuration, s } from '@tutti/plugin-sdk';
import type { Json } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { keyProperties } from './key-properties.ts';

const SET_FLOW = `id: remember
namespace: company.team
tasks:
  - id: set
    type: core.kv.Set
    key: last-run
    value: "{{ execution.startDate }}"
  - id: show
    type: core.log.Log
    message: "{{ kv('last-run') }}"
`;

const TYPES = ['STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'DATE', 'DURATION', 'JSON'] as const;
type KeyValueType = (typeof TYPES)[number];

export const kvSet = defineTask({
  type: 'core.kv.Set',
  aliases: kestraNames('core.kv.Set'),
  title: 'Store a value in the key-value store of a namespace.',
  properties: {
    ...keyProperties,
    value: s.json().describe('The value; text is stored as text unless kvType says what it is.'),
    kvType: s.enum(TYPES).optional().describe('What the text is read as.'),
    kvDescription: s.string().optional().describe('What the key is for.'),
    overwrite: s.boolean().default(true).describe('Whether a key that exists may be set anew.'),
    ttl: s.duration().optional().describe('How long it lives (ISO-8601); for ever when left out.'),
  },
  examples: [{ title: 'Remember the last run', flow: SET_FLOW }],
  async run({ keyValues, execution }, { key, value, kvType, kvDescription, overwrite, ttl, namespace }) {
    const typed = kvType === undefined ? value : valueAs(kvType, value);
    try {
      await keyValues.set(key, typed, {
        namespace: namespace ?? execution.namespace,
        overwrite,
        type: kvType ?? (typeof value === 'string' ? 'STRING' : 'JSON'),
        ...(kvDescription !== undefined && { description: kvDescription }),
        ...(ttl !== undefined && { ttlMs: ttl }),
      });
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'KV_EXISTS') throw error;
      const message = `Cannot set value for key '${key}'. Key already exists and \`overwrite\` is set to \`false\`.`;
      throw new TaskError('KV_EXISTS', message, { retryable: false, cause: error });
    }
  },
});

/** A rendered value read as a type. @throws {TaskError} KV_VALUE_INVALID. */
export function valueAs(type: KeyValueType, value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const read = READERS[type](text.trim());
  if (read === undefined)
    throw new TaskError('KV_VALUE_INVALID', `"${text.slice(0, 100)}" is no ${type}.`, {
      hint: HINTS[type] ?? 'Correct the value or kvType.',
      retryable: false,
    });
  return read;
}

const READERS: Readonly<Record<KeyValueType, (text: string) => Json | undefined>> = {
  STRING: (text) => text,
  NUMBER: (text) => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
  BOOLEAN: (text) => ({ true: true, false: false })[text.toLowerCase()],
  DATETIME: (text) => (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?$/.test(text) ? text : undefined),
  DATE: (text) => /^\d{4}-\d\d-\d\d(?=$|T)/.exec(text)?.[0],
  DURATION: (text) => (parseDuration(text) === undefined ? undefined : text),
  JSON: (text) => {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return undefined;
    }
  },
};

const HINTS: Partial<Record<KeyValueType, string>> = {
  DATETIME: 'Write it as 2030-12-31T20:00:00Z.',
  DATE: 'Write it as 2030-12-31.',
  DURATION: 'Write it as ISO-8601, for example PT5M.',
};
