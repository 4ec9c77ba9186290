import { s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';

/** What became of one file or flow. */
export interface Synced {
  /** Path in the repository; absent when it is not there. */
  readonly gitPath?: string;
  readonly syncState: 'ADDED' | 'UPDATED' | 'OVERWRITTEN' | 'UNCHANGED' | 'DELETED';
  readonly kestraPath?: string;
  readonly flowId?: string;
  readonly namespace?: string;
  readonly revision?: number;
}

export const commitOutput = {
  commitId: s.string().describe('The commit that was read.'),
} as const;

/** Stores one line for each, and says in the log how many there were; the file's URI. */
export async function reportSync(context: RunContext, synced: readonly Synced[], dryRun: boolean): Promise<string> {
  const counts = new Map<string, number>();
  for (const { syncState, gitPath, kestraPath, flowId } of synced) {
    counts.set(syncState, (counts.get(syncState) ?? 0) + 1);
    if (syncState !== 'UNCHANGED') context.log.debug(`${syncState} ${kestraPath ?? flowId ?? gitPath ?? ''}`);
  }
  for (const [state, count] of counts) context.counter(`sync.${state.toLowerCase()}`, count);
  const told = [...counts].map(([state, count]) => `${count} ${state.toLowerCase()}`).join(', ');
  context.log.info(`${dryRun ? 'Would be' : 'Synchronised'}: ${told === '' ? 'nothing' : told}`);
  const { uri } = await context.storage.put('diff.ion', synced.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return uri;
}
