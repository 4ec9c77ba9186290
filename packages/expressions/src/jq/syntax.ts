import type { Value } from '../json.ts';

/** A jq program as written. */
export type Term =
  | { readonly kind: 'identity' | 'recurse' }
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'string'; readonly format: string | undefined; readonly parts: readonly (string | Term)[] }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'index'; readonly target: Term; readonly key: Term }
  | { readonly kind: 'slice'; readonly target: Term; readonly from: Term | undefined; readonly to: Term | undefined }
  | { readonly kind: 'iterate'; readonly target: Term }
  | { readonly kind: 'list'; readonly items: Term | undefined }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: Term, value: Term])[] }
  | { readonly kind: 'negate'; readonly operand: Term }
  | { readonly kind: 'pipe' | 'comma'; readonly left: Term; readonly right: Term }
  | { readonly kind: 'binary' | 'update'; readonly operator: string; readonly left: Term; readonly right: Term }
  | { readonly kind: 'try'; readonly body: Term; readonly handler: Term | undefined }
  | {
      readonly kind: 'if';
      readonly branches: readonly (readonly [condition: Term, then: Term])[];
      readonly otherwise: Term;
    }
  | {
      readonly kind: 'reduce';
      readonly source: Term;
      readonly pattern: Pattern;
      readonly start: Term;
      readonly step: Term;
    }
  | {
      readonly kind: 'foreach';
      readonly source: Term;
      readonly pattern: Pattern;
      readonly start: Term;
      readonly step: Term;
      readonly each: Term;
    }
  | { readonly kind: 'bind'; readonly source: Term; readonly patterns: readonly Pattern[]; readonly body: Term }
  | {
      readonly kind: 'define';
      readonly name: string;
      readonly params: readonly string[];
      readonly body: Term;
      readonly rest: Term;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Term[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'label'; readonly name: string; readonly body: Term }
  | { readonly kind: 'break'; readonly name: string };

/** What stands behind `as`: a variable, or the shape of a list or map with variables in it. */
export type Pattern =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Pattern[] }
  | { readonly kind: 'map'; readonly entries: readonly PatternEntry[] };

/** `key: pattern`, `$name` (key and variable at once) or `$name: pattern`. */
export interface PatternEntry {
  readonly key: Term;
  readonly variable: string | undefined;
  readonly value: Pattern | undefined;
}

/** All variables that a pattern sets. */
export function variablesOf(pattern: Pattern): string[] {
  switch (pattern.kind) {
    case 'variable':
      return [pattern.name];
    case 'list':
      return pattern.items.flatMap(variablesOf);
    case 'map':
      return pattern.entries.flatMap(({ variable, value }) => [
        ...(variable === undefined ? [] : [variable]),
        ...(value ? variablesOf(value) : []),
      ]);
  }
}
