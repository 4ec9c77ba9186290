import type { TypeInfo } from '../catalogue.ts';
import type { Json, JsonMap } from '../json.ts';

/** What a property rename applies to. */
export type Scope = 'flow' | 'task' | 'trigger' | 'input' | 'check' | 'retry';

/** A property that has another name, or another form, in the canonical model. */
export interface Rename {
  readonly from: string;
  readonly to: string;
  /** The value in its new form; unchanged when absent. `undefined`: there is nothing to carry over. */
  readonly convert?: (value: Json, all: JsonMap) => Json | undefined;
  /** How strongly the reader is told: a WARNING for what is deprecated, nothing for what is merely another dialect. */
  readonly severity?: 'WARNING' | 'INFO';
  /** What to write today, when it is not simply `to`. */
  readonly newer?: string;
  /** For properties of a type: applies only where the type has `to` and not `from`. */
  readonly ofType?: true;
}

/** One reader of the language: how its properties become canonical ones. */
export interface Dialect {
  readonly name: 'legacy' | '1.x' | '2.0';
  readonly renames: Readonly<Partial<Record<Scope, readonly Rename[]>>>;
}

/** Whether a rename concerns a map of the source, given the type it describes (if it describes one). */
export function concerns(rename: Rename, data: JsonMap, type: TypeInfo | undefined): boolean {
  if (data[rename.from] === undefined || data[rename.from] === null) return false;
  return rename.ofType ? type !== undefined && rename.to in type.properties : !isOwn(rename, type);
}

/** Whether the reader carries it out: a type that still declares the old property knows itself what to do with it. */
export function applies(rename: Rename, data: JsonMap, type: TypeInfo | undefined): boolean {
  return concerns(rename, data, type) && !isOwn(rename, type);
}

const isOwn = ({ from }: Rename, type: TypeInfo | undefined): boolean => type !== undefined && from in type.properties;
