import type { CreateExecution, ExecutionReply, JsonMap, Label } from '@tutti/contracts';
import { checkChecks, type Flow, type Plan } from '@tutti/flow-model';
import type { Expressions, Vars } from '@tutti/expressions';
import { UserError } from '@tutti/service-kit';
import { contextOf, createExecution, type Event, type Execution } from '../core/index.ts';
import type { BatchLoop } from '../engine/batch-loop.ts';
import type { FlowSource } from '../engine/flow-source.ts';
import { scheduleTimerId } from '../engine/inputs.ts';
import type { ReplyDesk } from '../engine/reply-desk.ts';
import { typedInputs } from '../engine/typed-inputs.ts';
import type { ExecutionStore } from '../store/execution-store.ts';

export interface CreateDeps {
  readonly flows: FlowSource;
  readonly store: ExecutionStore;
  readonly loop: BatchLoop;
  readonly replies: ReplyDesk;
  readonly ioExpressions: Expressions;
  /** Variables of the installation. */
  readonly extras: JsonMap;
}

const SOURCE_LABEL = 'system.from';

/**
 * Creates an execution: flow, inputs and checks are looked at first, then it joins the next batch. The answer comes
 * after the commit, or with `wait` once it has ended. Creating the same id again gives the execution there is.
 * @throws {UserError} FLOW_UNKNOWN, FLOW_DISABLED, INPUT_INVALID, LABEL_RESERVED, CHECK_FAILED
 */
export async function handleCreate(deps: CreateDeps, request: CreateExecution): Promise<ExecutionReply> {
  const { flows, store, loop, replies } = deps;
  const { namespace, flowId, idempotencyKey } = request;
  const plan = await flows.plan(namespace, flowId, request.revision);
  refuseDisabled(plan.flow);
  const labels = labelsOf(request);
  const first = idempotencyKey === undefined ? undefined : await store.findByKey(namespace, flowId, idempotencyKey);
  if (first !== undefined && first !== request.executionId) return replies.current(first, request.wait);

  const { values, logs } = await typedInputs(
    deps.ioExpressions,
    plan,
    request.inputs ?? {},
    request.executionId,
    labels,
  );
  const failed = await failedCheck(deps, newExecution(plan, request, values, labels, Date.now()));
  return new Promise((resolve, reject) => {
    loop.add({
      executionId: request.executionId,
      create: (nowMs) => newExecution(plan, request, values, labels, nowMs),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(failed !== undefined && { begin: (_execution, atMs) => [endedBy(failed, atMs)] }),
      input: (_execution, existed, nowMs) =>
        existed || failed !== undefined || isLater(request, nowMs) ? undefined : { type: 'StartExecution' },
      needsSlot: plan.flow.concurrency !== undefined,
      ...(request.scheduleAtMs !== undefined && {
        commands: [{ type: 'StartTimer', id: scheduleTimerId(request.executionId), dueAtMs: request.scheduleAtMs }],
      }),
      logs: failed === undefined ? logs : [...logs, { level: 'ERROR', message: failed }],
      done: ({ execution }) => replies.answer(execution, request.wait ?? false, resolve),
      fail: reject,
    });
  });
}

/**
 * Messages of the flow's checks that fail the execution; nothing when it may begin.
 * @throws {UserError} CHECK_FAILED when they forbid it to be created
 */
async function failedCheck({ ioExpressions, extras }: CreateDeps, execution: Execution): Promise<string | undefined> {
  const { plan, id, namespace, flowId } = execution;
  if (plan.flow.checks.length === 0) return undefined;
  const vars = contextOf(execution, undefined, extras) as Vars;
  const { behavior, failed } = await checkChecks(plan.flow, vars, ioExpressions, {
    namespace,
    flowId,
    executionId: id,
  });
  const message = failed.map((check) => check.message).join('\n');
  if (behavior === 'BLOCK_EXECUTION')
    throw new UserError('CHECK_FAILED', message, {
      hint: 'The checks of the flow say what is asked for.',
      details: { failed },
    });
  return behavior === 'FAIL_EXECUTION' ? message : undefined;
}

const endedBy = (error: string, atMs: number): Event => ({ type: 'ExecutionMoved', to: 'FAILED', atMs, error });

const isLater = ({ scheduleAtMs = 0 }: CreateExecution, nowMs: number): boolean => scheduleAtMs > nowMs;

function newExecution(
  plan: Plan,
  request: CreateExecution,
  inputs: JsonMap,
  labels: readonly Label[],
  nowMs: number,
): Execution {
  const { executionId, trigger, parent, scheduleAtMs, inheritedLabels } = request;
  return createExecution(plan, {
    id: executionId,
    inputs,
    labels,
    ...(inheritedLabels && { inheritedLabels }),
    ...(trigger && { trigger }),
    ...(parent && { parent }),
    ...(scheduleAtMs !== undefined && { scheduleAtMs }),
    createdAtMs: nowMs,
  });
}

function refuseDisabled({ disabled, namespace, id }: Flow): void {
  if (disabled)
    throw new UserError('FLOW_DISABLED', `The flow ${namespace}.${id} is disabled.`, {
      hint: 'Remove "disabled: true" from it and save it.',
    });
}

/** The request's labels, and where it came from. The core adds the flow's own. */
function labelsOf({ labels = [], parent, trigger }: CreateExecution): Label[] {
  if (labels.some(({ key }) => key === SOURCE_LABEL)) return [...labels];
  return [...labels, { key: SOURCE_LABEL, value: parent ? 'subflow' : trigger ? 'trigger' : 'api' }];
}
