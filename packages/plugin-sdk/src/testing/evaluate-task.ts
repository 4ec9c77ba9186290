import { Expressions } from '@tutti/expressions';
import type { Vars } from '@tutti/expressions';
import type { Json, JsonMap, PureContext, PureResult } from '@tutti/flow-model';
import type { AnyTask } from '../declare.ts';
import { parseProperties } from '../parse-properties.ts';

/** Evaluates a pure task on rendered properties, checked like those of a flow. */
export function evaluateTask(
  declaration: unknown,
  properties: JsonMap,
  context: Partial<PureContext> = {},
): PureResult {
  const task = declaration as AnyTask;
  if (!('evaluate' in task)) throw new Error(`${task.type} is not a pure task.`);
  const expressions = new Expressions();
  const { variables = {} } = context;
  return task.evaluate(parseProperties(task, properties), {
    nowMs: 0,
    execution: { id: 'e1', state: 'RUNNING', labels: {} },
    variables,
    render: (template, extra) => expressions.renderTyped(template, { vars: variables, ...extra } as Vars) as Json,
    ...context,
  });
}
