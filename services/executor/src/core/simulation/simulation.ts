import { compile, type Plan } from '@tutti/flow-model';
import { apply } from '../apply.ts';
import { createExecution } from '../create.ts';
import { decide, step } from '../decide.ts';
import { keysOf, rebuild } from '../derived.ts';
import type { Command, Decision, Event, Input } from '../messages.ts';
import { isEnded } from '../moves.ts';
import { isSettled, owed } from '../owed.ts';
import type { Execution, TaskRun } from '../state.ts';
import { CATALOGUE, EXPRESSIONS, NOW_MS } from '../testing.ts';
import { anyFlow } from './any-flow.ts';
import { Chance } from './chance.ts';
import { resultOf } from './outcome.ts';
import { expectedOf } from './reference.ts';

/** What happened in one simulated world. */
export interface Figures {
  decisions: number;
  events: number;
  repeats: number;
  crashes: number;
  lostMessages: number;
  lostRunners: number;
  kills: number;
  holds: number;
  restarts: number;
}

export interface SimulationOptions {
  /** Without them the outcome must be what the reference says. */
  readonly wishes: boolean;
  /** Crashes of the executor, lost messages, lost runners. */
  readonly faults: boolean;
}

const MAX_STEPS = 4_000;
/** Said again until it is heard: by whoever starts executions, and by the watch over leases. */
const COMES_AGAIN: ReadonlySet<string> = new Set(['StartExecution', 'AttemptLost']);

/**
 * Plays one execution of some flow in the world of a seed: messages come in any order, twice, late or never, runners
 * and the executor itself are lost, people kill, hold, resume and restart. Throws, with the seed, where a law is broken.
 */
export function simulate(seed: number, options: SimulationOptions): Figures {
  const world = new SimulatedWorld(seed, options);
  try {
    world.play();
  } catch (cause) {
    throw new Error(`Seed ${seed} (${JSON.stringify(options)}): ${(cause as Error).message}`, { cause });
  }
  return world.figures;
}

class SimulatedWorld {
  readonly figures: Figures = {
    decisions: 0, events: 0, repeats: 0, crashes: 0, lostMessages: 0, lostRunners: 0, kills: 0, holds: 0, restarts: 0,
  }; // prettier-ignore
  readonly #seed: number;
  readonly #options: SimulationOptions;
  readonly #chance: Chance;
  readonly #plan: Plan;
  #execution: Execution;
  readonly #journal: Event[] = [];
  /** On the bus: may be lost. */
  #inbox: Input[] = [{ type: 'StartExecution' }];
  /** Results a runner or a child keeps until they are applied. */
  readonly #kept = new Map<string, Input>();
  /** Rows: never lost. */
  readonly #timers = new Map<string, number>();
  readonly #carriedOut = new Set<string>();
  readonly #tries = new Set<string>();
  #nowMs = NOW_MS;
  #killed = false;

  constructor(seed: number, options: SimulationOptions) {
    this.#seed = seed;
    this.#options = options;
    this.#chance = new Chance(seed);
    this.#plan = compile(anyFlow(this.#chance), CATALOGUE, EXPRESSIONS);
    this.#execution = this.#created();
  }

  play(): void {
    for (let count = 0; !this.#isAtRest(); count++) {
      if (count > MAX_STEPS) throw new Error(`goes on for ever: ${this.#summary()}`);
      this.#act();
    }
    this.#checkEnd();
    if (!this.#options.wishes) this.#compareWithReference();
  }

  #created(): Execution {
    return createExecution(this.#plan, { id: 'e', inputs: {}, createdAtMs: NOW_MS });
  }

  /** Nothing is on its way and nothing is owed; whoever waits for a person is resumed first. */
  #isAtRest(): boolean {
    if (this.#inbox.length > 0 || this.#timers.size > 0) return false;
    const unapplied = [...this.#kept.values()].filter((input) => this.#concerns(input));
    const commands = owed(this.#execution).filter(({ id }) => !this.#kept.has(id));
    if (!this.#options.faults && commands.length > 0) throw new Error(`never asked for ${commands[0]!.id}`);
    if (unapplied.length > 0 || commands.length > 0) {
      this.#inbox.push(...unapplied);
      for (const command of commands) this.#carryOut(command, { again: true });
      return this.#inbox.length === 0 && this.#stuck();
    }
    if (isSettled(this.#execution)) return true;
    const { state, note } = this.#execution;
    if (state !== 'PAUSED') return this.#stuck();
    this.#inbox.push({ type: 'ResumeExecution', inputs: {}, ...this.#pausedOne(note.held === true) });
    return false;
  }

  #stuck(): never {
    throw new Error(`is stuck: ${this.#summary()}`);
  }

  #pausedOne(held: boolean): { taskRunId?: string } {
    const paused = [...this.#execution.taskRuns.values()].find((taskRun) => taskRun.state === 'PAUSED');
    return held || !paused ? {} : { taskRunId: paused.id };
  }

  #act(): void {
    const chance = this.#chance;
    if (this.#options.faults && chance.once(40)) return this.#crash();
    if (this.#options.faults && chance.once(40)) return this.#loseRunner();
    if (this.#options.wishes && chance.once(25)) return this.#wish();
    if (this.#timers.size > 0 && (this.#inbox.length === 0 || chance.once(4))) return this.#fireTimer();
    if (this.#inbox.length === 0) return;
    const index = chance.below(this.#inbox.length);
    const input = this.#inbox[index]!;
    if (chance.once(4)) this.figures.repeats += 1;
    else this.#inbox.splice(index, 1);
    this.#hear(input);
  }

  #fireTimer(): void {
    const [id, dueAtMs] = this.#chance.pick([...this.#timers]);
    this.#timers.delete(id);
    this.#nowMs = Math.max(this.#nowMs, dueAtMs);
    this.#hear({ type: 'TimerFired', timerId: id });
  }

  /** The executor dies: what it had in memory is worked out from rows, what was on the bus may be gone. */
  #crash(): void {
    this.figures.crashes += 1;
    const loaded = this.#created();
    for (const event of this.#journal) apply(loaded, event);
    rebuild(loaded);
    this.#execution = loaded;
    const lost = this.#inbox.filter(() => this.#chance.once(2));
    this.figures.lostMessages += lost.length;
    this.#inbox = this.#inbox.filter((input) => !lost.includes(input) || COMES_AGAIN.has(input.type));
    for (const command of owed(loaded)) this.#carryOut(command, { again: true });
  }

  #loseRunner(): void {
    const running = [...this.#execution.taskRuns.values()].filter(
      ({ id, attempt, state }) =>
        (state === 'RUNNING' || state === 'KILLING') && this.#kept.has(`${id}/run/${attempt}`),
    );
    if (running.length === 0) return;
    const { id, attempt } = this.#chance.pick(running);
    this.figures.lostRunners += 1;
    if (this.#chance.once(2)) this.#kept.delete(`${id}/run/${attempt}`);
    this.#inbox.push({ type: 'AttemptLost', taskRunId: id, attempt });
  }

  #wish(): void {
    const chance = this.#chance;
    switch (chance.below(4)) {
      case 0:
        this.figures.kills += 1;
        return this.#hear({ type: 'KillExecution', cascade: chance.once(2) });
      case 1:
        this.figures.holds += 1;
        return this.#hear({ type: 'PauseExecution' });
      case 2:
        return this.#hear({ type: 'ResumeExecution', inputs: {} });
      default:
        if (this.figures.restarts > 2) return;
        this.figures.restarts += 1;
        return this.#hear({ type: 'RestartExecution' });
    }
  }

  #hear(input: Input): void {
    const settled = isSettled(this.#execution);
    const decision = this.#decide(input);
    this.figures.decisions += 1;
    this.figures.events += decision.events.length;
    this.#journal.push(...decision.events);
    if (settled && decision.events.length > 0 && input.type !== 'RestartExecution')
      throw new Error(`${input.type} changed what had ended`);
    this.#checkLaws(decision, input);
    for (const command of decision.commands) this.#carryOut(command, { again: false });
  }

  /** Now and then decides twice, to see that deciding leaves no trace and always says the same. */
  #decide(input: Input): Decision {
    const context = { nowMs: this.#nowMs, expressions: EXPRESSIONS, random: () => 0.5 };
    if (!this.#chance.once(8)) return step(this.#execution, input, context);
    const before = rowsOf(this.#execution) + derivedOf(this.#execution);
    const first = decide(this.#execution, input, context);
    if (rowsOf(this.#execution) + derivedOf(this.#execution) !== before)
      throw new Error(`deciding on ${input.type} left a trace`);
    const second = step(this.#execution, input, context);
    if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error(`${input.type} was decided in two ways`);
    return first;
  }

  #checkLaws({ commands, events }: Decision, input: Input): void {
    const { note, state } = this.#execution;
    const isKilling = note.goal?.execution === 'KILLED';
    if (events.some((event) => event.type === 'ExecutionMoved' && event.to === 'RESTARTED')) this.#killed = false;
    if (input.type === 'KillExecution' && isKilling) this.#killed = true;
    if (this.#killed && !isEnded(state) && commands.some(({ type }) => type === 'RunTask' || type === 'StartSubflow'))
      throw new Error('work was asked for after a kill');
    for (const taskRun of this.#execution.taskRuns.values()) this.#checkLimit(taskRun);
    this.#checkKilling(events, input);
    if (isEnded(state) && this.#execution.tally.open > 0 && this.#execution.tally.phase !== 'afterExecution')
      throw new Error('ended while something ran');
  }

  /** Who stops somebody else's work waits until that somebody says it has stopped. */
  #checkKilling(events: readonly Event[], { type }: Input): void {
    const isReport = type === 'AttemptEnded' || type === 'AttemptLost' || type === 'SubflowMoved';
    for (const event of events) {
      if (event.type !== 'TaskRunMoved' || isReport) continue;
      const before = this.#execution.taskRuns.get(event.taskRunId)?.histories.at(-2)?.state;
      if (before === 'KILLING' && isEnded(event.to)) throw new Error(`${type} ended work that nobody said has stopped`);
    }
  }

  #checkLimit({ note: { limit = 0 }, tally, taskId }: TaskRun): void {
    if (limit > 0 && tally.phase === 'tasks' && tally.open > limit)
      throw new Error(`${taskId} runs ${tally.open} at once`);
  }

  #carryOut(command: Command, { again }: { readonly again: boolean }): void {
    if (command.type === 'StartTimer') this.#timers.set(command.id, command.dueAtMs);
    else if (command.type === 'CancelTimer') this.#timers.delete(command.id);
    else if (command.type === 'RunTask') this.#runTask(command, again);
    else if (command.type === 'StartSubflow') this.#startSubflow(command);
    else if (command.type === 'Evaluate') this.#inbox.push(...evaluated(command));
    else if (command.type === 'KillTasks') for (const id of command.taskRunIds) this.#killTask(id);
    else if (command.type === 'KillSubflows') this.#killSubflows(command);
  }

  #runTask({ id, taskRunId, attempt }: Extract<Command, { type: 'RunTask' }>, again: boolean): void {
    if (!again && this.#carriedOut.has(id)) throw new Error(`${id} was asked for twice`);
    this.#carriedOut.add(id);
    const taskRun = this.#execution.taskRuns.get(taskRunId)!;
    const node = this.#plan.nodes.get(taskRun.taskId)!;
    const state = node.kind === 'pure' ? 'SUCCESS' : this.#resultOf(taskRun);
    const ended: Input = { type: 'AttemptEnded', taskRunId, attempt, state, outputs: { n: attempt } };
    this.#kept.set(id, ended);
    this.#inbox.push({ type: 'AttemptClaimed', taskRunId, attempt, workerId: 'w' }, ended);
  }

  #startSubflow({ id, taskRunId, attempt, index }: Extract<Command, { type: 'StartSubflow' }>): void {
    const taskRun = this.#execution.taskRuns.get(taskRunId)!;
    const about = { type: 'SubflowMoved', taskRunId, attempt, index, executionId: `child-${id}` } as const;
    const ended: Input = { ...about, state: this.#resultOf(taskRun), outputs: { n: attempt } };
    this.#kept.set(id, ended);
    this.#inbox.push({ ...about, state: 'CREATED' }, { ...about, state: 'RUNNING' }, ended);
  }

  #killTask(taskRunId: string): void {
    const { attempt } = this.#execution.taskRuns.get(taskRunId)!;
    const killed: Input = { type: 'AttemptEnded', taskRunId, attempt, state: 'KILLED' };
    this.#kept.set(`${taskRunId}/run/${attempt}`, killed);
    this.#inbox.push(killed);
  }

  #killSubflows({ executionIds }: Extract<Command, { type: 'KillSubflows' }>): void {
    for (const [id, input] of this.#kept) {
      if (input.type !== 'SubflowMoved' || !executionIds.includes(input.executionId)) continue;
      const killed: Input = { ...input, state: 'KILLED' };
      this.#kept.set(id, killed);
      this.#inbox.push(killed);
    }
  }

  /** What this attempt comes to; the number of the try leaves out attempts whose runner was lost. */
  #resultOf(taskRun: TaskRun) {
    const retries = taskRun.attempts.filter(({ cause }) => cause === 'RETRY').length;
    return resultOf(this.#seed, this.#placeOf(taskRun), 1 + retries);
  }

  #placeOf(taskRun: TaskRun): string {
    const parent = taskRun.parentId === undefined ? undefined : this.#execution.taskRuns.get(taskRun.parentId);
    const isRound = parent && this.#plan.nodes.get(parent.taskId)!.control === 'loopUntil';
    const keys = keysOf(this.#execution, taskRun).map((key) => `/${key}`);
    return `${taskRun.taskId}${keys.join('')}${isRound && taskRun.iteration !== undefined ? `#${taskRun.iteration}` : ''}`;
  }

  /** Whether a kept result still waits to be applied. */
  #concerns(input: Input): boolean {
    if (input.type !== 'AttemptEnded' && input.type !== 'SubflowMoved') return false;
    const taskRun = this.#execution.taskRuns.get(input.taskRunId);
    return taskRun?.attempt === input.attempt && (taskRun.state === 'RUNNING' || taskRun.state === 'KILLING');
  }

  #checkEnd(): void {
    const open = [...this.#execution.taskRuns.values()].filter(({ state }) => !isEnded(state));
    if (open.length > 0) throw new Error(`left open: ${this.#summary()}`);
    const replayed = this.#created();
    for (const event of this.#journal) apply(replayed, event);
    if (rowsOf(replayed) !== rowsOf(this.#execution)) throw new Error('its journal gives another state');
    rebuild(replayed);
    if (derivedOf(replayed) !== derivedOf(this.#execution)) throw new Error('its rows give other indexes');
  }

  #compareWithReference(): void {
    const expected = expectedOf(this.#plan, this.#seed);
    const { state } = this.#execution;
    if (state !== expected.state) throw new Error(`ended as ${state}, not ${expected.state}: ${this.#summary()}`);
    for (const taskRun of this.#execution.taskRuns.values()) this.#noteTries(taskRun);
    const unexpected = [...this.#tries].filter((one) => !expected.tries.has(one));
    if (unexpected.length > 0) throw new Error(`tried what it should not: ${unexpected.join(', ')}`);
  }

  #noteTries(taskRun: TaskRun): void {
    const { kind, control } = this.#plan.nodes.get(taskRun.taskId)!;
    if (kind === 'control' && control !== 'subflow') return;
    const tries = taskRun.attempts.filter(({ cause }) => cause !== 'WORKER_LOST').length;
    for (let attempt = 1; attempt <= tries; attempt++) this.#tries.add(`${this.#placeOf(taskRun)}/${attempt}`);
  }

  #summary(): string {
    const { state, taskRuns } = this.#execution;
    return `${state} ${[...taskRuns.values()].map((taskRun) => `${this.#placeOf(taskRun)}:${taskRun.state}`).join(' ')}`;
  }
}

function* evaluated({
  id,
  taskRunId,
  templates,
  conditions = [],
}: Extract<Command, { type: 'Evaluate' }>): Iterable<Input> {
  const values = Object.fromEntries(
    Object.entries(templates).map(([name, template]) => [name, conditions.includes(name) ? template !== "{{ later('') }}" && template !== 'false' : plain(template)]), // prettier-ignore
  );
  yield { type: 'Evaluated', commandId: id, ...(taskRunId !== undefined && { taskRunId }), values };
}

/** `later('x')` without waiting. */
const plain = <Value>(value: Value): Value | string =>
  typeof value === 'string' ? value.replace(/^\{\{ later\('(.*)'\) \}\}$/, '$1') : value;

const rowsOf = ({ plan: _plan, derived: _derived, taskRuns, ...row }: Execution): string =>
  JSON.stringify([row, [...taskRuns.values()].sort((left, right) => (left.id < right.id ? -1 : 1))]);

const derivedOf = ({ derived, tally, counts, taskRuns }: Execution): string =>
  JSON.stringify([
    sorted(derived.outputs),
    sorted(Object.fromEntries(derived.reported)),
    [...derived.stored].toSorted(),
    tally,
    counts,
    sorted(Object.fromEntries(derived.children)),
    sorted(Object.fromEntries([...taskRuns.values()].map(({ id, tally: own }) => [id, own]))),
  ]);

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const map = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(map)
      .toSorted()
      .map((key) => [key, sorted(map[key])]),
  );
}
