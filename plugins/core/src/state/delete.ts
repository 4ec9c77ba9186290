import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { stateKeyOf, stateProperties } from './state.ts';

const DELETE_FLOW = `id: forget-state
namespace: company.team
tasks:
  - id: delete
    type: core.state.Delete
    name: cursor
  - id: show
    type: core.log.Log
    message: "{{ outputs.delete.deleted }}"
`;

export const stateDelete = defineTask({
  type: 'core.state.Delete',
  aliases: kestraNames('core.state.Delete', 'states.Delete'),
  title: 'Delete the values that an earlier execution has kept.',
  properties: {
    ...stateProperties,
    errorOnMissing: s.boolean().default(false).describe('Whether a state that was never set fails the task.'),
  },
  outputs: { deleted: s.boolean().describe('Whether there was one.') },
  examples: [{ title: 'Begin anew', flow: DELETE_FLOW }],
  async run(context, { errorOnMissing, ...place }) {
    const deleted = await context.keyValues.delete(stateKeyOf(context, place));
    if (!deleted && errorOnMissing) throw new TaskError('STATE_MISSING', `State "${place.name}" has not been set.`);
    return { deleted };
  },
});
