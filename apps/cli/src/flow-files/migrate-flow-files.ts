import { writeFile } from 'node:fs/promises';
import { migrate, type Catalogue, type Change, type Version } from '@tutti/flow-model';
import type { FlowFilesContext } from './check-flow-files.ts';
import { readFlowFiles, type FlowFile } from './read-flow-files.ts';

/** Options of `tutti migrate`. */
export interface MigrateOptions {
  readonly to: Version;
  /** Writes the files in place; otherwise the rewritten flows are printed. */
  readonly write: boolean;
}

/** Where the commands write: flows to one side, remarks about them to the other. */
export interface MigrateContext extends FlowFilesContext {
  /** The rewritten source, when it is not written into its file. */
  readonly emit: (source: string) => void;
}

interface MigratedFile {
  readonly source: string;
  readonly changes: readonly Change[];
  readonly left: readonly Change[];
  /** Why a flow could not be read. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

/**
 * `tutti migrate`: rewrites every flow of the files in another version's words. Says what it changed and what is left to
 * do by hand. A file with a flow that cannot be read stays as it is.
 * @returns the exit code: 1 when something is left to do by hand, or could not be read.
 * @throws {UserError} FLOW_FILE_UNREADABLE
 */
export async function migrateFlowFiles(
  paths: readonly string[],
  { to, write }: MigrateOptions,
  context: MigrateContext,
): Promise<number> {
  let isDone = true;
  for (const file of await readFlowFiles(paths)) {
    const migrated = migrateFile(file, to, context.catalogue);
    report(file.path, migrated, context.print);
    isDone &&= migrated.left.length === 0 && migrated.faults.length === 0;
    if (!write) context.emit(migrated.source);
    else if (migrated.source !== file.source) await writeFile(file.path, migrated.source);
  }
  return isDone ? 0 : 1;
}

/** Rewrites from the last flow to the first, so that what stands before one keeps its place. */
function migrateFile({ source, flows }: FlowFile, to: Version, catalogue: Catalogue): MigratedFile {
  const lines = source.split('\n');
  const changes: Change[] = [];
  const left: Change[] = [];
  const faults: { line: number; message: string }[] = [];
  for (const flow of flows.toReversed()) {
    const before = flow.line - 1;
    const inFile = (change: Change): Change => ({ ...change, line: change.line + before });
    try {
      const migrated = migrate(flow.source, to, catalogue);
      lines.splice(before, flow.source.split('\n').length, ...migrated.source.split('\n'));
      changes.unshift(...migrated.changes.map(inFile));
      left.unshift(...migrated.left.map(inFile));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      faults.unshift({ line: flow.line, message: error.message });
    }
  }
  return { source: faults.length > 0 ? source : lines.join('\n'), changes, left, faults };
}

function report(path: string, { changes, left, faults }: MigratedFile, print: (line: string) => void): void {
  for (const { line, message } of faults) print(`${path}:${line}: error: ${message}`);
  if (faults.length > 0) return;
  for (const { line, column, message } of changes) print(`${path}:${line}:${column}: changed: ${message}`);
  for (const { line, column, message } of left) print(`${path}:${line}:${column}: left: ${message}`);
  if (changes.length + left.length === 0) print(`${path}: nothing to change`);
}
