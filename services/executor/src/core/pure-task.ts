import type { Json, JsonMap, LogLevel } from '@tutti/contracts';
import type { PlanNode, PureContext, PureResult } from '@tutti/flow-model';
import type { Draft } from './draft.ts';
import { applyEffects } from './effects.ts';
import { EvaluationError, NeedsIo, pureRendererOf, type Renderer } from './evaluate.ts';
import { attemptEnded } from './finish.ts';
import type { TaskRun } from './state.ts';

/** Runs a pure task within the decision. False, and nothing is recorded, when a template needs what only a runner can do. */
export function runPure(draft: Draft, taskRun: TaskRun): boolean {
  const node = draft.node(taskRun);
  const outcome = evaluateTask(draft, taskRun, node);
  if (!outcome) return false;
  draft.move(taskRun, 'RUNNING');
  const running = draft.current(taskRun);
  if ('error' in outcome) {
    const { code, message } = outcome.error;
    draft.log('ERROR', message, running);
    attemptEnded(draft, running, { state: 'FAILED', error: { code, message, retryable: true } });
    return true;
  }
  report(draft, running, node, outcome.result);
  const { outputs, state = 'SUCCESS', exit } = outcome.result;
  attemptEnded(draft, running, { state: exit ?? state, outputs });
  applyEffects(draft, outcome.result);
  return true;
}

type Evaluation = { readonly result: PureResult } | { readonly error: EvaluationError };

function evaluateTask(draft: Draft, taskRun: TaskRun, node: PlanNode): Evaluation | undefined {
  const renderer = pureRendererOf(draft, taskRun);
  try {
    const properties = renderProperties(node, renderer);
    return { result: node.evaluate!(properties, pureContext(draft, taskRun)) };
  } catch (error) {
    if (error instanceof NeedsIo) return undefined;
    const { message, code } = error as Error & { readonly code?: unknown };
    return { error: new EvaluationError(message, typeof code === 'string' ? code : 'TASK_FAILED', error) };
  }
}

function renderProperties({ properties }: PlanNode, renderer: Renderer): JsonMap {
  const rendered: Record<string, Json> = {};
  for (const { name, value, render } of properties)
    rendered[name] = render === 'none' ? value : render === 'text' ? renderer.text(value) : renderer.typed(value);
  return rendered;
}

function pureContext(draft: Draft, taskRun: TaskRun): PureContext {
  const { id, state, labels, variables } = draft.execution;
  return {
    nowMs: draft.nowMs,
    execution: {
      id,
      state,
      get labels() {
        return Object.fromEntries(labels.map(({ key, value }) => [key, value]));
      },
    },
    variables,
    render: (template, extra) => pureRendererOf(draft, taskRun, extra as JsonMap | undefined).typed(template),
  };
}

const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/** Lines below the level of the task are left out. */
function report(draft: Draft, taskRun: TaskRun, { task }: PlanNode, { logs = [], metrics = [] }: PureResult): void {
  const kept = LEVELS.slice(LEVELS.indexOf(task.logLevel ?? 'TRACE'));
  for (const { level, message } of logs) if (kept.includes(level)) draft.log(level, message, taskRun);
  for (const metric of metrics) draft.metrics.push({ ...metric, taskRunId: taskRun.id });
}
