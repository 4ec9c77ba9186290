import { defineTrigger, property, s } from '@tutti/plugin-sdk';
import { timezone } from './timezone.ts';
import { triggerNames } from './trigger-names.ts';

const SCHEDULE_FLOW = `id: nightly
namespace: company.team
tasks:
  - id: say
    type: core.log.Log
    message: For {{ trigger.date ?? execution.startDate }}
triggers:
  - id: at-two
    type: core.trigger.Schedule
    cron: 0 2 * * *
    timezone: Europe/Paris
`;

/** How starts that were missed while nothing ran are made up for. */
export const recoverMissedSchedules = () =>
  s.enum(['ALL', 'LAST', 'NONE']).default('ALL').describe('Which starts missed during a downtime are made up for.');

const CRON =
  /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$|^([\d*/,?LW#-]|[A-Za-z]{3})+(\s+([\d*/,?LW#-]|[A-Za-z]{3})+){4,5}$/;

export const schedule = defineTrigger({
  type: 'core.trigger.Schedule',
  aliases: triggerNames('Schedule'),
  trigger: 'schedule',
  title: 'Start at the times of a cron expression.',
  description: '`trigger.date`, `trigger.next` and `trigger.previous` are times in the time zone of the trigger.',
  properties: {
    cron: s
      .pattern(CRON, 'must be a cron expression of five fields, such as "0 2 * * *", or a name such as @daily')
      .describe('Five fields (minute, hour, day, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly.'),
    withSeconds: s.boolean().default(false).describe('Whether the expression begins with a field for seconds.'),
    timezone: timezone().optional().describe('Time zone of the expression; that of the server when left out.'),
    lateMaximumDelay: s.duration().optional().describe('Starts that are later than this are left out.'),
    recoverMissedSchedules: recoverMissedSchedules(),
    backfill: property(s.unknown().optional().describe('Start a backfill instead.'), { render: 'none', inert: true }),
  },
  outputs: {
    date: s.string().describe('The time it fires for.'),
    next: s.string().describe('The time after.'),
    previous: s.string().describe('The time before.'),
  },
  examples: [{ title: 'Every night at two', flow: SCHEDULE_FLOW }],
});
