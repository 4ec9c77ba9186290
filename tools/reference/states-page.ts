import { EXECUTION_MOVES, TASK_RUN_MOVES, isEnded } from '../../services/executor/src/core/moves.ts';
import { readContract } from './contract.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** The states of executions and task runs, and every move between them. */
export function statesPage(): string {
  return `${[
    generatedFrom('services/executor/src/core/moves.ts and proto/tutti/v1/execution.proto'),
    '# States',
    `Every move that an execution and a task run may make. Any other is a bug, and the executor refuses to fold it. A state in *italics* is
final, unless somebody restarts the execution or changes the state by hand.`,
    'Diagrams leave out what a person does to something that has ended; the tables have every move.',
    '## Executions',
    diagram(EXECUTION_MOVES),
    movesTable(EXECUTION_MOVES, meanings('ExecutionSnapshot')),
    '## Task runs',
    diagram(TASK_RUN_MOVES),
    movesTable(TASK_RUN_MOVES, meanings('TaskRunSnapshot')),
  ].join('\n\n')}\n`;
}

type State = keyof typeof EXECUTION_MOVES | keyof typeof TASK_RUN_MOVES;

/** The moves as a diagram that GitHub and most editors draw. */
function diagram(moves: Readonly<Partial<Record<State, readonly State[]>>>): string {
  const living = (Object.entries(moves) as [State, readonly State[]][]).filter(([state]) => !isEnded(state));
  const arrows = living.flatMap(([state, next]) => next.map((to) => `  ${state} --> ${to}`));
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> CREATED', ...arrows, '```'].join('\n');
}

function movesTable(
  moves: Readonly<Partial<Record<State, readonly State[]>>>,
  meaning: ReadonlyMap<string, string>,
): string {
  const rows = (Object.entries(moves) as [State, readonly State[]][]).map(([state, next]) => [
    isEnded(state) ? `*${state}*` : state,
    meaning.get(state) ?? '',
    next.map(code).join(' ') || 'none',
  ]);
  return table(['state', 'meaning', 'may become'], rows);
}

function meanings(message: string): ReadonlyMap<string, string> {
  const values = readContract().messages.find(({ name }) => name === message)?.enums[0]?.values ?? [];
  return new Map(values.map(({ name, about }) => [name, about]));
}
