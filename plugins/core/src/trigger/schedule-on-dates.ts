import { defineTrigger, s } from '@tutti/plugin-sdk';
import { recoverMissedSchedules } from './schedule.ts';
import { timezone } from './timezone.ts';
import { triggerNames } from './trigger-names.ts';

const DATES_FLOW = `id: on-dates
namespace: company.team
tasks:
  - id: say
    type: core.log.Log
    message: Closing of the year.
triggers:
  - id: closings
    type: core.trigger.ScheduleOnDates
    timezone: Europe/Paris
    dates:
      - "2030-12-31T20:00:00"
      - "2031-12-31T20:00:00"
`;

export const scheduleOnDates = defineTrigger({
  type: 'core.trigger.ScheduleOnDates',
  aliases: triggerNames('ScheduleOnDates'),
  trigger: 'scheduleOnDates',
  title: 'Start at given times.',
  properties: {
    dates: s.list(s.string()).describe('The times, ISO-8601.'),
    timezone: timezone().optional().describe('Time zone of dates without an offset; that of the server when left out.'),
    recoverMissedSchedules: recoverMissedSchedules(),
  },
  outputs: {
    date: s.string().describe('The time it fires for.'),
    next: s.string().describe('The time after.'),
    previous: s.string().describe('The time before.'),
  },
  examples: [{ title: 'Twice', flow: DATES_FLOW }],
});
