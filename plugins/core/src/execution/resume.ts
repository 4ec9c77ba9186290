import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const RESUME_FLOW = `id: resume-another
namespace: company.team
inputs:
  - id: execution
    type: STRING
tasks:
  - id: resume
    type: core.execution.Resume
    executionId: "{{ inputs.execution }}"
    inputs:
      approved: true
`;

export const resume = defineTask({
  type: 'core.execution.Resume',
  aliases: [...kestraNames('core.execution.Resume'), 'io.kestra.plugin.kestra.executions.Resume'],
  title: 'Let a paused execution go on.',
  properties: {
    executionId: s.nonEmpty().optional().describe('The execution; this one when left out.'),
    namespace: s.string().optional().describe('Namespace of that execution; not needed.'),
    flowId: s.string().optional().describe('Flow of that execution; not needed.'),
    inputs: s.record(s.json()).default({}).describe('Values of the inputs that its pause asks for.'),
  },
  examples: [{ title: 'Approve from another flow', flow: RESUME_FLOW, runs: false }],
  run: ({ engine, execution }, { executionId = execution.id, inputs }) => engine.resume(executionId, inputs),
});
