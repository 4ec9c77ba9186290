import type { Plan, PlanLists, PlanNode } from '@tutti/flow-model';
import { resultOf } from './outcome.ts';

type Outcome = 'SUCCESS' | 'WARNING' | 'FAILED' | 'SKIPPED';

/** What a flow comes to, worked out by plain recursion, without messages, states or order. */
export interface Expected {
  readonly state: 'SUCCESS' | 'WARNING' | 'FAILED';
  /** Every try of every task that somebody outside carries out, `<task><iterations>/<try>`, when nothing is cut short. */
  readonly tries: ReadonlySet<string>;
}

/** The small model that the core must agree with. A flow that fails may leave out some of the tries. */
export function expectedOf(plan: Plan, seed: number): Expected {
  const model = new Model(seed);
  const outcome = model.scope(plan.lists, () => worst(model.sequence(plan.lists.tasks ?? [], '')), '');
  model.sequence(plan.lists.afterExecution ?? [], '', { goesOn: true });
  return { state: outcome === 'SKIPPED' ? 'SUCCESS' : outcome, tries: model.tries };
}

class Model {
  readonly tries = new Set<string>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The main part, then `errors` after a failure, then `finally`; these two change nothing. */
  scope(lists: PlanLists, main: () => Outcome, place: string): Outcome {
    const outcome = main();
    if (outcome === 'FAILED') this.sequence(lists.errors ?? [], place, { goesOn: true });
    this.sequence(lists.finally ?? [], place, { goesOn: true });
    return outcome;
  }

  sequence(nodes: readonly PlanNode[], place: string, { goesOn = false, round = '' } = {}): Outcome[] {
    const outcomes: Outcome[] = [];
    for (const node of nodes) {
      outcomes.push(this.#task(node, place, round));
      if (outcomes.at(-1) === 'FAILED' && !goesOn) break;
    }
    return outcomes;
  }

  #task(node: PlanNode, place: string, round: string): Outcome {
    const { runIf, allowFailure, allowWarning } = node.task;
    if (runIf === 'false' || runIf === "{{ later('') }}") return 'SKIPPED';
    const outcome = this.#outcome(node, place, round);
    const allowed = outcome === 'FAILED' && allowFailure ? 'WARNING' : outcome;
    return allowed === 'WARNING' && allowWarning ? 'SUCCESS' : allowed;
  }

  #outcome(node: PlanNode, place: string, round: string): Outcome {
    const { task, lists } = node;
    if (task.type === 'say') return this.#tried(node, place, round, () => 'SUCCESS');
    if (task.type === 'fail') return this.#tried(node, place, round, () => 'FAILED');
    if (task.type === 'run' || task.type === 'subflow')
      return this.#tried(node, place, round, (attempt) => resultOf(this.#seed, `${node.id}${place}${round}`, attempt));
    return this.scope(lists, () => this.#main(node, place), place);
  }

  #main(node: PlanNode, place: string): Outcome {
    const { control, lists, task } = node;
    const tasks = lists.tasks ?? [];
    switch (control) {
      case 'parallel':
      case 'dag':
        return worst(tasks.flatMap((child) => this.sequence([child], place)));
      case 'if':
        return worst(this.sequence(lists[task.properties.condition === 'false' ? 'else' : 'then'] ?? [], place));
      case 'forEach': {
        const keys = keysOf(task.properties.values as readonly string[]);
        return worst(keys.flatMap((key) => this.sequence(tasks, `${place}/${key}`)));
      }
      case 'allowFailure': {
        const outcome = worst(this.sequence(tasks, place));
        if (outcome !== 'FAILED') return outcome;
        this.sequence(lists.errors ?? [], place, { goesOn: true });
        return 'WARNING';
      }
      case 'loopUntil':
        return this.#rounds(node, place);
      default:
        return worst(this.sequence(tasks, place));
    }
  }

  #rounds(node: PlanNode, place: string): Outcome {
    const { maxIterations } = node.task.properties.checkFrequency as { readonly maxIterations: number };
    for (let round = 0; ; round++) {
      const outcome = worst(this.sequence(node.lists.tasks ?? [], place, { round: `#${round}` }));
      if (outcome === 'FAILED' || round + 1 === maxIterations) return outcome;
    }
  }

  #tried({ id, retry }: PlanNode, place: string, round: string, result: (attempt: number) => Outcome): Outcome {
    for (let attempt = 1; ; attempt++) {
      this.tries.add(`${id}${place}${round}/${attempt}`);
      const outcome = result(attempt);
      if (outcome === 'SUCCESS' && attempt > 1 && retry?.warningOnRetry) return 'WARNING';
      if (outcome !== 'FAILED' || attempt >= (retry?.maxAttempts ?? 1)) return outcome;
    }
  }
}

/** By what the iterations of a loop go: their value, or their number where the value came before. */
function keysOf(values: readonly string[]): string[] {
  const taken = new Set(values);
  return values.map((value, index) => {
    if (values.indexOf(value) === index) return value;
    return taken.has(String(index)) ? `#${index}` : String(index);
  });
}

function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.includes('FAILED') ? 'FAILED' : outcomes.includes('WARNING') ? 'WARNING' : 'SUCCESS';
}
