import type { ConditionDefinition, Flow, TriggerDefinition } from '../flow.ts';
import type { Path } from '../finding.ts';
import { isJsonList, isJsonMap, type Json } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { isTemplate } from '../template-text.ts';
import type { Checked } from './checked.ts';
import { EXECUTION_STATES } from './execution-states.ts';

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
/** Types that look at an execution, which only a Flow trigger has. */
const OF_EXECUTION = /\.(Execution(?!Outputs)|HasRetryAttempt|Flow|MultipleCondition)/;

/** The conditions of triggers: that they can be judged there, and what they compare with. */
export function checkConditions(flow: Flow, checked: Checked): void {
  for (const trigger of flow.triggers)
    eachCondition(trigger.conditions ?? [], checked.origins.property(trigger, 'conditions'), (condition, path) => {
      checkPlace(trigger, condition, path, checked);
      checkValues(condition, path, checked);
    });
}

function eachCondition(
  conditions: readonly ConditionDefinition[],
  path: Path,
  visit: (condition: ConditionDefinition, path: Path) => void,
): void {
  for (const [index, condition] of conditions.entries()) {
    const at = [...path, index];
    visit(condition, at);
    const inner = condition.properties['conditions'];
    if (isJsonList(inner)) eachCondition(inner as unknown as ConditionDefinition[], [...at, 'conditions'], visit);
    else if (isJsonMap(inner))
      for (const [key, child] of Object.entries(inner))
        if (isJsonMap(child)) visit(child as unknown as ConditionDefinition, [...at, 'conditions', key]);
  }
}

function checkPlace(
  { id, type: of }: TriggerDefinition,
  { type }: ConditionDefinition,
  path: Path,
  { findings }: Checked,
): void {
  if (of === 'core.trigger.Flow' || !OF_EXECUTION.test(type)) return;
  findings.error(
    [...path, 'type'],
    'CONDITION_MISPLACED',
    `The trigger "${id}" cannot judge ${type}, which is about an execution.`,
    { hint: 'Only triggers of the type core.trigger.Flow can.' },
  );
}

function checkValues({ type, properties }: ConditionDefinition, path: Path, checked: Checked): void {
  const among = (name: string, values: readonly string[]): void =>
    refuseOthers(properties[name], values, [...path, name], checked);
  switch (type) {
    case 'core.condition.DayWeek':
      among('dayOfWeek', [...DAYS, ...DAYS.map((day) => day.slice(0, 3))]);
      return;
    case 'core.condition.DayWeekInMonth':
      among('dayOfWeek', [...DAYS, ...DAYS.map((day) => day.slice(0, 3))]);
      among('dayInMonth', ['FIRST', 'SECOND', 'THIRD', 'FOURTH', 'LAST']);
      return;
    case 'core.condition.ExecutionNamespace':
      among('comparison', ['EQUALS', 'PREFIX', 'SUFFIX']);
      return;
    case 'core.condition.ExecutionStatus':
      for (const name of ['in', 'notIn']) among(name, EXECUTION_STATES);
      return;
    case 'core.condition.HasRetryAttempt':
      for (const name of ['in', 'notIn'])
        if (properties[name] !== undefined)
          checked.findings.warning(
            [...path, name],
            'PROPERTY_IGNORED',
            `"${name}" is accepted and has no effect here.`,
            { onKey: true },
          );
      return;
    case 'core.condition.TimeBetween':
      for (const name of ['after', 'before']) {
        const time = properties[name];
        if (typeof time === 'string' && !isTemplate(time) && !TIME_OF_DAY.test(time))
          checked.findings.error(
            [...path, name],
            'PROPERTY_INVALID',
            `"${name}" must be a time of day, such as 08:00:00+01:00.`,
          );
      }
      return;
    default:
  }
}

/** One value or a list of them; what is a template is known only later. */
export function refuseOthers(
  value: Json | undefined,
  known: readonly string[],
  path: Path,
  { findings }: Pick<Checked, 'findings'>,
): void {
  for (const [index, item] of (isJsonList(value) ? value : [value]).entries()) {
    if (item === undefined || item === null || (typeof item === 'string' && isTemplate(item))) continue;
    const text = String(item as string);
    if (known.includes(text.toUpperCase())) continue;
    const at = isJsonList(value) ? [...path, index] : path;
    findings.error(
      at,
      'PROPERTY_INVALID',
      `"${text}" is none of ${known.filter((one) => one.length > 3).join(', ')}.`,
      { hint: didYouMean(text, known) },
    );
  }
}
