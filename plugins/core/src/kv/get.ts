import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { keyProperties } from './key-properties.ts';

const GET_FLOW = `id: recall
namespace: company.team
tasks:
  - id: get
    type: core.kv.Get
    key: last-run
  - id: show
    type: core.log.Log
    message: "{{ outputs.get.value ?? 'never' }}"
`;

export const kvGet = defineTask({
  type: 'core.kv.Get',
  aliases: kestraNames('core.kv.Get'),
  title: 'Take a value from the key-value store of a namespace.',
  description: 'Without a namespace, those above that of the flow are looked through too.',
  properties: {
    ...keyProperties,
    errorOnMissing: s.boolean().default(false).describe('Whether a key that does not exist fails the task.'),
  },
  outputs: { value: s.json().describe('The value; absent when there is none.') },
  examples: [{ title: 'Recall the last run', flow: GET_FLOW }],
  async run({ keyValues, execution }, { key, namespace, errorOnMissing }) {
    const where = namespace ?? execution.namespace;
    const entry = await keyValues.get(key, { namespace: where, inherit: namespace === undefined });
    if (entry) return { value: entry.value };
    if (!errorOnMissing) return {};
    const message = `No value found for key '${key}' in namespace '${where}' and \`errorOnMissing\` is set to true`;
    throw new TaskError('KV_MISSING', message);
  },
});
