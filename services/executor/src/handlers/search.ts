import type { ExecutionCounts, ExecutionPage, ExecutionQuery } from '@tutti/contracts';
import type { ExecutionSearch } from '../store/execution-search.ts';

export interface SearchDeps {
  readonly search: ExecutionSearch;
}

/** Executions of every partition, for tasks that clean up. */
export async function handleFind({ search }: SearchDeps, query: ExecutionQuery): Promise<ExecutionPage> {
  return { executions: await search.find(query) };
}

/** Numbers of executions by flow. */
export async function handleCount({ search }: SearchDeps, query: ExecutionQuery): Promise<ExecutionCounts> {
  return { counts: await search.count(query) };
}
