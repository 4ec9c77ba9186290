import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { readState, stateKeyOf, stateProperties } from './state.ts';

const GET_FLOW = `id: recall-state
namespace: company.team
tasks:
  - id: get
    type: core.state.Get
    name: cursor
  - id: show
    type: core.log.Log
    message: "{{ outputs.get.data.offset ?? 0 }}"
`;

export const stateGet = defineTask({
  type: 'core.state.Get',
  aliases: kestraNames('core.state.Get', 'states.Get'),
  title: 'Take the values that an earlier execution has kept.',
  properties: {
    ...stateProperties,
    errorOnMissing: s.boolean().default(false).describe('Whether a state that was never set fails the task.'),
  },
  outputs: {
    count: s.int().describe('Number of values.'),
    data: s.record(s.json()).describe('The values by name.'),
  },
  examples: [{ title: 'Go on where the last execution ended', flow: GET_FLOW }],
  async run(context, { errorOnMissing, ...place }) {
    const data = await readState(context, stateKeyOf(context, place));
    if (!data && errorOnMissing) throw new TaskError('STATE_MISSING', `State "${place.name}" has not been set.`);
    return { count: Object.keys(data ?? {}).length, data: data ?? {} };
  },
});
