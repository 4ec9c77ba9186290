import type { Bus } from '@tutti/bus';
import type { CreateExecution, ExecutionSnapshot, JsonMap, Label } from '@tutti/contracts';
import { ExpressionError } from '@tutti/expressions';
import type { Expressions } from '@tutti/expressions';
import type { Clock, Logger } from '@tutti/service-kit';
import { ConditionError } from '../core/condition-error.ts';
import type { ConditionContext } from '../core/condition.ts';
import { advance, mergeOutputs } from '../core/flow-progress.ts';
import type { MetEntry } from '../core/flow-progress.ts';
import type { AwaitedGroup } from '../core/flow-watch.ts';
import type { Templates } from '../core/templates.ts';
import { timeZone } from '../core/time-zone.ts';
import { flowVariables, triggerName } from '../core/trigger-record.ts';
import { CONFIRM_MS } from '../due-time.ts';
import type { Releases } from '../releases.ts';
import { onceLoaded } from '../must-wait.ts';
import { renderInputs, renderLabels } from '../render.ts';
import { executionIdFor, requestStart, startOf } from '../start-execution.ts';
import type { StoredTrigger } from '../store/trigger-row.ts';
import type { TriggerStore } from '../store/trigger-store.ts';
import type { WindowStore } from '../store/window-store.ts';
import type { TriggerIndex, WatchingTrigger } from '../trigger-index.ts';

export interface EndedDeps {
  readonly bus: Bus;
  readonly store: TriggerStore;
  readonly windows: WindowStore;
  readonly index: TriggerIndex;
  readonly expressions: Expressions;
  readonly templates: Templates;
  readonly serverZone: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly releases: Releases;
}

type EndedContext = ConditionContext & { readonly execution: ExecutionSnapshot };

/** `evt.execution.ended`: frees the triggers that waited for these executions, and starts what waits for their end. */
export async function executionsEnded(deps: EndedDeps, executions: readonly ExecutionSnapshot[]): Promise<void> {
  const started = executions.filter(({ trigger }) => trigger !== undefined);
  if (started.length > 0) await free(deps, started);
  for (const execution of executions)
    for (const watching of deps.index.watching(execution)) await hear(deps, watching, execution);
}

/** Triggers that waited are free again; those with `stopAfter` this state are switched off. */
async function free(
  { store, index, clock, releases }: EndedDeps,
  executions: readonly ExecutionSnapshot[],
): Promise<void> {
  for (const execution of executions.filter((each) => index.stopsAfter(each))) {
    const { namespace, flowId, trigger } = execution;
    await store.transaction(async (transaction) => {
      const own = await store.lockOne(transaction, { namespace, flowId, triggerId: trigger!.id });
      if (own) await store.change(transaction, [{ ...own, disabled: true, dueAtMs: undefined }], clock.nowMs());
    });
  }
  await releases.add(executions.map(({ id }) => id));
}

/** One flow trigger hears of one execution. A fault in its conditions is its own, not that of other triggers. */
async function hear(deps: EndedDeps, { trigger, watch }: WatchingTrigger, execution: ExecutionSnapshot): Promise<void> {
  if ((execution.endedAtMs ?? execution.createdAtMs) < trigger.createdAtMs) return;
  const context = contextOf(deps, trigger, execution);
  try {
    if (!(await onceLoaded(() => watch.fits(context)))) return;
    if (watch.groups.length === 0) await startAtOnce(deps, trigger, context);
    for (const group of watch.groups) await note(deps, trigger, group, context);
  } catch (error) {
    if (!(error instanceof ExpressionError || error instanceof ConditionError)) throw error;
    deps.log.warn(
      { trigger: triggerName(trigger), executionId: execution.id, err: error },
      'flow trigger cannot be judged',
    );
  }
}

/** Nothing is written down: should this process die, the event comes again, and gives the same execution id. */
async function startAtOnce(deps: EndedDeps, trigger: StoredTrigger, context: EndedContext): Promise<void> {
  const { execution } = context;
  const start = await startFor(
    deps,
    trigger,
    context,
    `${triggerName(trigger)}@${execution.id}`,
    execution.outputs ?? {},
  );
  await requestStart(deps.bus, start, deps.log);
}

/** Notes what a group waits for. What the complete group owes is committed with it, and asked for afterwards. */
async function note(
  deps: EndedDeps,
  trigger: StoredTrigger,
  group: AwaitedGroup,
  context: EndedContext,
): Promise<void> {
  const { execution } = context;
  const matched = await onceLoaded(() => group.entries.filter((entry) => entry.matches(context)));
  const window = group.window(execution.endedAtMs ?? execution.createdAtMs);
  if (matched.length === 0 || !window) return;
  const key = { triggerId: trigger.id, groupId: group.id, window };
  const owed = await deps.windows.transaction(async (transaction) => {
    const before = await deps.windows.lock(transaction, key);
    const { progress, complete } = advance(group, before, matched, execution, window.lookbackMs);
    await deps.windows.save(transaction, key, progress);
    if (!complete) return undefined;
    const occasion = `${triggerName(trigger)}@${group.id}@${complete
      .map(({ executionId }) => executionId)
      .toSorted()
      .join()}`;
    const start = await startFor(deps, trigger, context, occasion, outputsOf(group, complete));
    await deps.windows.owe(transaction, start, deps.clock.nowMs() + CONFIRM_MS);
    return start;
  });
  if (!owed) return;
  await requestStart(deps.bus, owed, deps.log);
  await deps.windows.settle([owed.executionId]);
}

const outputsOf = (group: AwaitedGroup, complete: readonly MetEntry[]): JsonMap =>
  group.entries.length === 1 && group.id !== 'dependsOn' ? (complete[0]?.outputs ?? {}) : mergeOutputs(complete);

async function startFor(
  deps: EndedDeps,
  trigger: StoredTrigger,
  { execution, variables: context }: EndedContext,
  occasion: string,
  outputs: JsonMap,
): Promise<CreateExecution> {
  const variables = { ...(context['trigger'] as JsonMap), outputs };
  const all = { ...context, trigger: variables };
  const inputs = await renderInputs(deps.expressions, trigger, all);
  const labels = await renderLabels(deps.expressions, trigger, all, deps.log);
  const atMs = execution.endedAtMs ?? execution.createdAtMs;
  return startOf(trigger, executionIdFor(occasion, atMs), variables, inputs, [...labels, correlationOf(execution)]);
}

function contextOf(
  { templates, serverZone }: EndedDeps,
  { flow }: StoredTrigger,
  execution: ExecutionSnapshot,
): EndedContext {
  const executionLabels = Object.fromEntries(
    execution.labels.filter(({ key }) => !key.startsWith('system.')).map(({ key, value }) => [key, value]),
  );
  const trigger = {
    executionId: execution.id,
    executionLabels,
    namespace: execution.namespace,
    flowId: execution.flowId,
    flowRevision: execution.flowRevision,
    state: execution.state,
    outputs: execution.outputs ?? {},
  };
  const variables = { ...flowVariables(flow), trigger, labels: executionLabels, outputs: execution.outputs ?? {} };
  return { templates, zone: timeZone(serverZone), execution, variables };
}

/** What one thing led to another carries the same id. */
function correlationOf({ id, labels }: ExecutionSnapshot): Label {
  return { key: 'system.correlationId', value: labels.find(({ key }) => key === 'system.correlationId')?.value ?? id };
}
