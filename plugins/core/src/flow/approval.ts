import { defineControl, property, s } from '@tutti/plugin-sdk';
import { optionalChildren } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const APPROVAL_FLOW = `id: approval
namespace: company.team
tasks:
  - id: review
    type: core.flow.Approval
    autoApprove: true
    onApprove:
      - id: publish
        type: core.log.Log
        message: Published.
`;

const BEHAVIORS = ['CONTINUE', 'WARN', 'FAIL', 'SUCCEED', 'CANCEL', 'KILL'] as const;

export const approval = defineControl({
  type: 'core.flow.Approval',
  aliases: kestraNames('core.flow.Approval'),
  control: 'approval',
  title: 'Wait until somebody approves or denies.',
  properties: {
    inputs: property(s.list(s.unknown()).optional().describe('Inputs that the reviewer fills in.'), { render: 'none' }),
    decisions: property(s.object({ approve: s.string().optional(), deny: s.string().optional() }).optional().describe('Words on the two buttons.'), { inert: true }), // prettier-ignore
    commentRequired: property(s.enum(['NEVER', 'ALWAYS', 'ON_APPROVE', 'ON_DENY']).default('NEVER').describe('When a comment must be given.'), { inert: true }), // prettier-ignore
    autoApprove: s.boolean().default(false).describe('Approves by itself at once.'),
    timeout: s.duration().optional().describe('Expires after this time (ISO-8601).'),
    approveBehavior: s.enum(BEHAVIORS).default('CONTINUE').describe('What an approval does to the execution.'),
    denyBehavior: s.enum(BEHAVIORS).default('CANCEL').describe('What a denial does to the execution.'),
    expireBehavior: s.enum(BEHAVIORS).default('CANCEL').describe('What becomes of it when nobody decides in time.'),
    onWait: optionalChildren('Tasks that run when the waiting begins.'),
    onApprove: optionalChildren('Tasks that run after an approval.'),
    onDeny: optionalChildren('Tasks that run after a denial.'),
  },
  outputs: {
    decision: s.string().describe('APPROVED, DENIED or EXPIRED.'),
    auto: s.boolean().describe('Whether it was approved by itself.'),
    by: s.string().describe('Who decided.'),
    on: s.string().describe('When, ISO-8601.'),
    comment: s.string().describe('What was said.'),
    inputs: s.record(s.json()).describe('Values of the inputs.'),
    due: s.string().describe('When it would have expired, ISO-8601.'),
    url: s.string().describe('Where to decide.'),
  },
  examples: [{ title: 'Publish after a review', flow: APPROVAL_FLOW }],
});
