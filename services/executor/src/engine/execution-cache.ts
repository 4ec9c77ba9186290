import { isUserError, type Logger, type SecretBox } from '@tutti/service-kit';
import { isDone, type Execution } from '../core/index.ts';
import type { ExecutionStore } from '../store/execution-store.ts';
import { executionFrom, type ExecutionRow, type TaskRunRow } from '../store/rows.ts';
import type { FlowSource } from './flow-source.ts';

/**
 * The executions in memory: those under way, as their last commit left them. What is here is right only as long as the
 * partition is owned and every batch was committed, so both a lost lease and a failed batch forget.
 */
export class ExecutionCache {
  readonly #store: ExecutionStore;
  readonly #flows: FlowSource;
  readonly #box: SecretBox;
  readonly #largest: number;
  readonly #log: Logger;
  readonly #executions = new Map<string, Execution>();

  constructor(store: ExecutionStore, flows: FlowSource, box: SecretBox, largest: number, log: Logger) {
    this.#box = box;
    this.#log = log;
    this.#store = store;
    this.#flows = flows;
    this.#largest = largest;
  }

  get size(): number {
    return this.#executions.size;
  }

  get(id: string): Execution | undefined {
    return this.#executions.get(id);
  }

  /** Keeps an execution while something can still happen to it. */
  keep(execution: Execution): void {
    this.#executions.delete(execution.id);
    if (isDone(execution)) return;
    this.#executions.set(execution.id, execution);
    if (this.#executions.size > this.#largest) this.#executions.delete(this.#executions.keys().next().value!);
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#executions.delete(id);
  }

  forgetWhere(test: (id: string) => boolean): void {
    for (const id of this.#executions.keys()) if (test(id)) this.#executions.delete(id);
  }

  /** Brings executions into memory; those that do not exist are left out of the answer. */
  async load(ids: readonly string[]): Promise<Map<string, Execution>> {
    const found = new Map<string, Execution>();
    const missing: string[] = [];
    for (const id of ids) {
      const known = this.#executions.get(id);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    for (const { row, taskRuns } of await this.#store.load(missing)) {
      const execution = await this.#revive(row, taskRuns);
      if (!execution) continue;
      this.keep(execution);
      found.set(row.id, execution);
    }
    return found;
  }

  /** `undefined` when its flow cannot be had any more: one such execution must not keep others from going on. */
  async #revive(row: ExecutionRow, taskRuns: readonly TaskRunRow[]): Promise<Execution | undefined> {
    try {
      return executionFrom(
        row,
        taskRuns,
        await this.#flows.plan(row.namespace, row.flow_id, row.flow_revision),
        this.#box,
      );
    } catch (error) {
      if (!isUserError(error)) throw error;
      this.#log.error({ executionId: row.id, err: error }, 'execution without a flow is left alone');
      return undefined;
    }
  }
}
