import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { keyProperties } from './key-properties.ts';

const DELETE_FLOW = `id: forget
namespace: company.team
tasks:
  - id: delete
    type: core.kv.Delete
    key: last-run
  - id: show
    type: core.log.Log
    message: "{{ outputs.delete.deleted }}"
`;

export const kvDelete = defineTask({
  type: 'core.kv.Delete',
  aliases: kestraNames('core.kv.Delete'),
  title: 'Delete a key of a namespace.',
  properties: {
    ...keyProperties,
    errorOnMissing: s.boolean().default(false).describe('Whether a key that does not exist fails the task.'),
  },
  outputs: { deleted: s.boolean().describe('Whether there was one.') },
  examples: [{ title: 'Forget the last run', flow: DELETE_FLOW }],
  async run({ keyValues, execution }, { key, namespace = execution.namespace, errorOnMissing }) {
    const deleted = await keyValues.delete(key, { namespace });
    if (deleted || !errorOnMissing) return { deleted };
    const message = `No value found for key '${key}' in namespace '${namespace}' and \`errorOnMissing\` is set to true`;
    throw new TaskError('KV_MISSING', message);
  },
});
