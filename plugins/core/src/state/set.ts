import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { readState, stateKeyOf, stateProperties } from './state.ts';

const SET_FLOW = `id: keep-state
namespace: company.team
tasks:
  - id: set
    type: core.state.Set
    data:
      last: "{{ execution.startDate }}"
  - id: get
    type: core.state.Get
  - id: show
    type: core.log.Log
    message: "{{ outputs.get.data.last }}"
`;

export const stateSet = defineTask({
  type: 'core.state.Set',
  aliases: kestraNames('core.state.Set', 'states.Set'),
  title: 'Keep values from one execution of a flow to the next.',
  description: 'What the state held under other names stays. It lies in the key-value store of the namespace.',
  properties: {
    ...stateProperties,
    data: s.record(s.json()).default({}).describe('The values by name.'),
  },
  outputs: {
    count: s.int().describe('Number of values that the state holds now.'),
    key: s.string().describe('Where it lies in the key-value store.'),
  },
  examples: [{ title: 'Remember and recall', flow: SET_FLOW }],
  async run(context, { data, ...place }) {
    const key = stateKeyOf(context, place);
    const merged = { ...(await readState(context, key)), ...data };
    await context.keyValues.set(key, merged, { type: 'JSON', description: `State "${place.name}"` });
    return { count: Object.keys(merged).length, key };
  },
});
