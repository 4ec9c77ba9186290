import { definePureTask, s, type Json } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const OUTPUT_FLOW = `id: typed-values
namespace: company.team
tasks:
  - id: make
    type: core.output.OutputValues
    values:
      total: "{{ 6 * 7 }}"
      names: [a, b]
  - id: use
    type: core.log.Log
    message: "{{ outputs.make.values.total }} and {{ outputs.make.values.names | length }} names"
`;

export const outputValues = definePureTask({
  type: 'core.output.OutputValues',
  aliases: kestraNames('core.output.OutputValues'),
  title: 'Return values of any type as outputs.',
  description: 'Numbers, lists and maps of the YAML keep their type; what an expression renders to is text.',
  properties: {
    values: s.record(s.json()).optional().describe('The values by name.'),
  },
  outputs: {
    values: s.record(s.json()).describe('The rendered values.'),
  },
  examples: [{ title: 'Give later tasks typed values', flow: OUTPUT_FLOW }],
  evaluate: ({ values }) => ({ outputs: values === undefined ? {} : { values: withoutNulls(values) } }),
});

/** A map keeps no keys without a value; a list keeps its places. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutNulls(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item as Json)]));
}
