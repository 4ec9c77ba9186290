import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const PURGE_FLOW = `id: purge-keys
namespace: company.team
tasks:
  - id: purge
    type: core.kv.PurgeKV
    keyPattern: session-*
`;

const behavior = s.object({
  type: s.enum(['key']),
  expiredOnly: s.boolean().default(true),
});

export const purgeKv = defineTask({
  type: 'core.kv.PurgeKV',
  aliases: kestraNames('core.kv.PurgeKV'),
  title: 'Delete keys of namespaces, unless told otherwise those that have expired.',
  properties: {
    namespaces: s.oneOrMany(s.nonEmpty()).optional().describe('The namespaces; that of the flow when left out.'),
    includeChildNamespaces: s.boolean().default(true).describe('Whether those below them are meant too.'),
    keyPattern: s.nonEmpty().optional().describe('Only keys of this form; `*` stands for any text.'),
    expiredOnly: s.boolean().default(true).describe('Whether only keys that have expired are deleted.'),
    behavior: behavior.optional().describe('The newer way to say `expiredOnly`; it wins. Old versions are not kept, so `type` is `key`.'), // prettier-ignore
  },
  outputs: { size: s.int().describe('Number of keys that were deleted.') },
  examples: [{ title: 'Forget what has expired', flow: PURGE_FLOW }],
  async run({ keyValues, execution }, { namespaces, includeChildNamespaces, keyPattern, ...options }) {
    const expiredOnly = options.behavior?.expiredOnly ?? options.expiredOnly;
    const which = { exact: !includeChildNamespaces, expiredOnly, ...(keyPattern !== undefined && { keyPattern }) };
    let size = 0;
    for (const namespace of namespaces ?? [execution.namespace]) size += await keyValues.purge({ namespace, ...which });
    return { size };
  },
});
