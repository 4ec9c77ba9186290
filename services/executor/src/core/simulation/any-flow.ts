import type { Flow, Retry, TaskDefinition } from '@tutti/flow-model';
import { control, failing, flowOf, ifElse, run, say } from '../testing.ts';
import type { Chance } from './chance.ts';

const MAX_DEPTH = 3;

/** Some flow: up to three levels of any mix of control tasks, retries, tolerated failures, conditions and handlers. */
export function anyFlow(chance: Chance): Flow {
  const maker = new FlowMaker(chance);
  const tasks = maker.list(1, 4, 0);
  return flowOf(tasks, {
    errors: chance.once(3) ? maker.handlers() : [],
    finally: chance.once(3) ? maker.handlers() : [],
    afterExecution: chance.once(4) ? maker.handlers() : [],
    ...(chance.once(6) && { retry: maker.retry() }),
    outputs: chance.once(5)
      ? [{ id: 'o', type: 'STRING', value: chance.once(2) ? '{{ execution.id }}' : "{{ later('x') }}", required: true }]
      : [],
  });
}

class FlowMaker {
  readonly #chance: Chance;
  #count = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  list(from: number, to: number, depth: number): TaskDefinition[] {
    return Array.from({ length: from + this.#chance.below(to - from + 1) }, () => this.#task(depth));
  }

  /** Tasks of `errors`, `finally` and `afterExecution`. */
  handlers(): TaskDefinition[] {
    return Array.from({ length: 1 + this.#chance.below(2) }, () => this.#leaf());
  }

  retry(): Retry {
    return {
      type: 'constant',
      intervalMs: 1 + this.#chance.below(500),
      maxAttempts: 1 + this.#chance.below(3),
      behavior: 'RETRY_FAILED_TASK',
      warningOnRetry: this.#chance.once(4),
    };
  }

  #id(): string {
    this.#count += 1;
    return `t${this.#count}`;
  }

  #task(depth: number): TaskDefinition {
    return depth < MAX_DEPTH && this.#chance.once(2) ? this.#control(depth + 1) : this.#leaf();
  }

  #leaf(): TaskDefinition {
    const more = this.#common();
    const id = this.#id();
    switch (this.#chance.below(6)) {
      case 0:
        return say(id, 'x', more);
      case 1:
        return this.#chance.once(3) ? failing(id, more) : say(id, "{{ later('y') }}", more);
      default:
        return run(id, more);
    }
  }

  #common(): Partial<TaskDefinition> {
    const chance = this.#chance;
    return {
      ...(chance.once(4) && { retry: this.retry() }),
      ...(chance.once(4) && { allowFailure: true }),
      ...(chance.once(8) && { allowWarning: true }),
      ...(chance.once(12) && { disabled: true }),
      ...(chance.once(6) && {
        runIf: chance.pick(['true', 'false', '{{ 1 == 1 }}', "{{ later('') }}", "{{ later('1') }}"]),
      }),
      ...(chance.once(8) && { onWorkerLost: 'RETRY' as const }),
    };
  }

  #control(depth: number): TaskDefinition {
    const chance = this.#chance;
    const id = this.#id();
    const more = { ...this.#common() };
    const tasks = this.list(chance.below(6) === 0 ? 0 : 1, 3, depth);
    const children = {
      tasks,
      ...(chance.once(5) && { errors: this.handlers() }),
      ...(chance.once(5) && { finally: this.handlers() }),
    };
    const concurrent = chance.below(4);
    switch (chance.below(9)) {
      case 0:
        return control('sequential', id, children, more);
      case 1:
        return control('parallel', id, children, { ...more, properties: { concurrent } });
      case 2:
        return control(
          'dag',
          id,
          { ...children, tasks: this.#dependent(tasks) },
          { ...more, properties: { concurrent } },
        );
      case 3: {
        const condition = chance.pick(['true', 'false', "{{ later('yes') }}"]);
        return { ...ifElse(id, condition, tasks, this.list(0, 2, depth)), ...more };
      }
      case 4: {
        const values = Array.from({ length: chance.below(5) }, () => String(chance.below(4)));
        return control('forEach', id, children, { ...more, properties: { values, concurrencyLimit: chance.below(3) } });
      }
      case 5:
        return control('allowFailure', id, children, more);
      case 6:
        return control('pause', id, [], { ...more, properties: chance.once(2) ? { pauseDuration: 'PT1S' } : {} });
      case 7:
        return { id, type: 'subflow', properties: { namespace: 'n', flowId: 'child' }, ...more };
      default: {
        const rounds = { condition: 'false', checkFrequency: { interval: 'PT1S', maxIterations: 1 + chance.below(3) } };
        return control('loopUntil', id, [run(this.#id()), say(this.#id(), 'z')], { ...more, properties: rounds });
      }
    }
  }

  #dependent(tasks: readonly TaskDefinition[]): TaskDefinition[] {
    return tasks.map((task, index) => {
      const dependsOn = tasks
        .slice(0, index)
        .filter(() => this.#chance.once(2))
        .map(({ id }) => id);
      return { ...task, dependsOn };
    });
  }
}
