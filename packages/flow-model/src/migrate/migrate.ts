import type { Catalogue } from '../catalogue.ts';
import { inlineDefaults } from './inline-defaults.ts';
import type { Version } from './version.ts';
import { toVersionOne } from './to-version-one.ts';
import { toVersionTwo } from './to-version-two.ts';
import { Editable, type Change } from './editable.ts';
import { rewriteBatches } from './loops/rewrite-batches.ts';
import { rewriteLoopsBack } from './loops/rewrite-loops-back.ts';
import { rewriteLoops } from './loops/rewrite-loops.ts';
import { renameProperties } from './rename-properties.ts';
import { renameTypes } from './rename-types.ts';
import { rewriteTriggers } from './triggers/rewrite-triggers.ts';
import { settleReadings } from './settle-readings.ts';

export interface Migrated {
  /** The rewritten flow; comments, order and layout stay. */
  readonly source: string;
  /** What was rewritten; lines are those of the source that was given, or of the pass before. */
  readonly changes: readonly Change[];
  /** What has no counterpart there, and what to do about it. */
  readonly left: readonly Change[];
}

type Pass = (flow: Editable, catalogue: Catalogue, to: Version) => void;

const PASSES: Readonly<Record<Version, readonly Pass[]>> = {
  '1.x': [renameTypes, renameProperties, rewriteLoopsBack, toVersionOne],
  '2.0': [
    renameTypes,
    renameProperties,
    inlineDefaults,
    settleReadings,
    rewriteLoops,
    rewriteBatches,
    rewriteTriggers,
    toVersionTwo,
  ],
};

/**
 * Rewrites a flow of any dialect to one of the newer two, as text: what means the same is renamed, plugin defaults are
 * written into the tasks where the dialect has none, the rest is reported.
 * @throws {SyntaxError} when the source cannot be read.
 */
export function migrate(source: string, to: Version, catalogue: Catalogue): Migrated {
  const changes: Change[] = [];
  const left: Change[] = [];
  let text = source;
  for (const pass of PASSES[to]) {
    const flow = new Editable(text);
    pass(flow, catalogue, to);
    text = flow.result;
    changes.push(...flow.changes);
    left.push(...flow.left);
  }
  return { source: text, changes, left };
}
