import type { Tutti } from './start-tutti.ts';

/** What the example gets. */
export interface ExampleContext {
  readonly tutti: Tutti;
  readonly print: (text: string) => void;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

/** Runs the main example and shows its task tree and log live until it ends. */
export async function runExample(_context: ExampleContext): Promise<void> {
  // The example flows are not there yet.
}
