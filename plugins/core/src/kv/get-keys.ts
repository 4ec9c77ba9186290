import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const KEYS_FLOW = `id: list-keys
namespace: company.team
tasks:
  - id: list
    type: core.kv.GetKeys
    prefix: last-
  - id: show
    type: core.log.Log
    message: "{{ outputs.list.keys | length }} keys"
`;

export const kvGetKeys = defineTask({
  type: 'core.kv.GetKeys',
  aliases: kestraNames('core.kv.GetKeys'),
  title: 'List the keys of a namespace.',
  properties: {
    prefix: s.string().optional().describe('Only keys that begin so.'),
    namespace: s.nonEmpty().optional().describe('Namespace of the keys; that of the flow when left out.'),
  },
  outputs: { keys: s.list(s.string()).describe('The keys, sorted.') },
  examples: [{ title: 'Count keys', flow: KEYS_FLOW }],
  async run({ keyValues, execution }, { prefix, namespace = execution.namespace }) {
    const entries = await keyValues.list({ namespace, ...(prefix !== undefined && { prefix }) });
    return { keys: entries.map(({ key }) => key).sort() };
  },
});
