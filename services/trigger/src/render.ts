import { requestPatiently } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type { GetKeyValue, GetKeyValueReply, Json, JsonMap, Label } from '@tutti/contracts';
import { ExpressionError, Expressions } from '@tutti/expressions';
import type { Json as TemplateJson, Vars } from '@tutti/expressions';
import type { Logger } from '@tutti/service-kit';
import type { Templates } from './core/templates.ts';
import type { TriggerRecord } from './core/trigger-record.ts';
import { MustWait } from './must-wait.ts';

const KEY_VALUE_TIMEOUT_MS = 5_000;

/** Expressions that may ask for keys; a trigger has no secrets and no files at hand. */
export function triggerExpressions(bus: Bus, timeZone: string): Expressions {
  return new Expressions({
    timeZone,
    services: {
      async kv(key, namespace) {
        const request: GetKeyValue = { namespace, key, inherit: true };
        const patience = { deadlineMs: KEY_VALUE_TIMEOUT_MS };
        const reply = await requestPatiently<GetKeyValueReply>(bus, subjects.keyValue('get'), request, patience);
        return reply.found?.value as TemplateJson | undefined;
      },
    },
  });
}

/** Expressions as the core needs them: what must wait throws `MustWait`, for conditions are judged over many dates. */
export function templatesOf(expressions: Expressions): Templates {
  return {
    render: (template, variables) => now(expressions.renderTyped(template, variables as Vars)) as Json,
    test: (condition, variables) => now(expressions.test(condition, variables as Vars)),
  };
}

function now<T>(result: T | Promise<T>): T {
  if (result instanceof Promise) throw new MustWait(result);
  return result;
}

/** The inputs of an execution to start; a lone expression keeps its type. */
export async function renderInputs(
  expressions: Expressions,
  { definition, flow }: TriggerRecord,
  variables: JsonMap,
  more: JsonMap = {},
): Promise<JsonMap | undefined> {
  const inputs = { ...definition.inputs, ...more };
  if (Object.keys(inputs).length === 0) return undefined;
  const call = { namespace: flow.namespace, flowId: flow.id };
  return (await expressions.renderAll(inputs as TemplateJson, variables as Vars, call, { typed: true })) as JsonMap;
}

/** Labels of an execution to start. One that cannot be rendered is left out with a line in the log. */
export async function renderLabels(
  expressions: Expressions,
  { definition, flow }: TriggerRecord,
  variables: JsonMap,
  log: Logger,
): Promise<Label[]> {
  const labels: Label[] = [];
  for (const [key, template] of Object.entries(definition.labels ?? {}))
    try {
      labels.push({ key, value: await expressions.render(template, variables as Vars, { namespace: flow.namespace }) });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      log.warn(
        { namespace: flow.namespace, flowId: flow.id, triggerId: definition.id, key, err: error },
        'label left out',
      );
    }
  return labels;
}
