import type { Json } from '@tutti/contracts';
import { EvaluationError } from '../evaluate.ts';

/** What a loop goes over: each value as text, and the keys when it goes over a map. */
export interface Items {
  readonly items: readonly string[];
  readonly keys?: readonly string[];
}

/**
 * The items of a loop from its rendered `values`: a list, or the JSON text of one; `maps`: a map too.
 * @throws {EvaluationError} for anything else, and for null among the values
 */
export function itemsOf(values: Json | undefined, { maps }: { readonly maps: boolean }): Items {
  const parsed = typeof values === 'string' ? parseList(values) : values;
  if (Array.isArray(parsed)) return { items: textsOf(parsed) };
  if (maps && typeof parsed === 'object' && parsed !== null)
    return { items: textsOf(Object.values(parsed) as Json[]), keys: Object.keys(parsed) };
  throw new EvaluationError(
    `The values of a loop must be a list${maps ? ', a map' : ''} or the JSON text of one, not ${JSON.stringify(values)}.`,
    'LOOP_VALUES_INVALID',
  );
}

function parseList(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new EvaluationError(
      `The values of a loop are no JSON list: ${text.slice(0, 200)}`,
      'LOOP_VALUES_INVALID',
      cause,
    );
  }
}

function textsOf(values: readonly Json[]): string[] {
  const nulls = values.filter((value) => value === null).length;
  if (nulls > 0)
    throw new EvaluationError(
      `The values of a loop must not be null, but ${nulls} of ${values.length} are.`,
      'LOOP_VALUES_NULL',
    );
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}
