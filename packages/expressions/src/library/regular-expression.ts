import { RE2JS } from 're2js';
import type { Budget } from '../budget.ts';
import { ExpressionError } from '../expression-error.ts';
import { TemplateCache } from '../template-cache.ts';

/** Signs that mean something in a regular expression; a text without them is searched for as it is. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;
const KEPT_PATTERNS = 200;
const STEPS_PER_MATCH = 5;

/** A user's regular expression. Runs in linear time, whatever the pattern: no look-around, no back-references. */
export interface Pattern {
  readonly groupCount: number;
  /** Names of the groups from the first on, null for those without. */
  readonly groupNames: readonly (string | null)[];
  matches(text: string): boolean;
  find(text: string): boolean;
  /** Groups of the first match, 0 for the whole; `undefined` when nothing matches. */
  groups(text: string): (string | null)[] | undefined;
  replaceAll(text: string, replacement: string, budget: Budget): string;
  replaceFirst(text: string, replacement: string, budget: Budget): string;
  /** As Java's `split`: a limit of 0 drops empty parts at the end, a negative one keeps them. */
  split(text: string, limit: number, budget: Budget): string[];
  /** Every match, with its groups. */
  all(text: string, budget: Budget): Match[];
}

/** One match of a pattern. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | null)[];
}

const patterns = new TemplateCache<Pattern>(KEPT_PATTERNS);

/** A compiled pattern. @throws {ExpressionError} EXPRESSION_VALUE when it is none. */
export function pattern(source: string, budget: Budget, flags = 0): Pattern {
  budget.step(1);
  return patterns.get(`${flags}/${source}`, () => compiled(source, flags));
}

/** Case does not matter. */
export const CASE_INSENSITIVE = RE2JS.CASE_INSENSITIVE;
/** A dot matches line ends. */
export const DOT_ALL = RE2JS.DOTALL;

function compiled(source: string, flags: number): Pattern {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(source, flags);
  } catch (error) {
    throw new ExpressionError(
      'EXPRESSION_VALUE',
      `"${source.slice(0, 80)}" is not a regular expression: ${(error as Error).message}`,
      {
        hint: 'Look-around and back-references are not supported.',
        cause: error,
      },
    );
  }
  const literal = flags === 0 && source !== '' && !SPECIAL.test(source);
  const groupCount = expression.groupCount();
  const names = Object.entries(expression.namedGroups());
  return {
    groupCount,
    groupNames: Array.from(
      { length: groupCount },
      (_, index) => names.find(([, group]) => group === index + 1)?.[0] ?? null,
    ),
    matches: (text) => expression.matches(text),
    find: (text) => (literal ? text.includes(source) : expression.matcher(text).find()),
    groups: (text) => {
      const matcher = expression.matcher(text);
      return matcher.find() ? groupsOf(matcher, groupCount) : undefined;
    },
    all: (text, budget) => allMatches(expression, text, groupCount, budget),
    split: (text, limit, budget) => {
      const matches = literal ? literalMatches(text, source, budget) : allMatches(expression, text, groupCount, budget);
      return splitLikeJava(text, matches, limit);
    },
    replaceFirst: (text, replacement, budget) => replaced(expression, text, replacement, groupCount, budget, 1),
    replaceAll: (text, replacement, budget) => replaced(expression, text, replacement, groupCount, budget),
  };
}

type Matcher = ReturnType<RE2JS['matcher']>;

function groupsOf(matcher: Matcher, count: number): (string | null)[] {
  return Array.from({ length: count + 1 }, (_, index) => matcher.group(index) ?? null);
}

function allMatches(
  expression: RE2JS,
  text: string,
  groupCount: number,
  budget: Budget,
  most = Number.POSITIVE_INFINITY,
): Match[] {
  const matches: Match[] = [];
  const matcher = expression.matcher(text);
  while (matches.length < most && matcher.find()) {
    budget.step(STEPS_PER_MATCH);
    matches.push({ start: matcher.start(), end: matcher.end(), groups: groupsOf(matcher, groupCount) });
  }
  return matches;
}

function literalMatches(text: string, part: string, budget: Budget): Match[] {
  const matches: Match[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    budget.step(1);
    matches.push({ start: at, end: at + part.length, groups: [part] });
  }
  return matches;
}

function splitLikeJava(text: string, matches: readonly Match[], limit: number): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of matches) {
    if (limit > 0 && parts.length === limit - 1) break;
    if (end === 0) continue; // an empty match at the start splits nothing off
    if (start === text.length && start === end) continue;
    parts.push(text.slice(from, start));
    from = end;
  }
  if (from === 0 && parts.length === 0) return [text];
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return parts;
}

/** `$1` and `${name}` stand for groups, a backslash takes the next character as it is. */
function replaced(
  expression: RE2JS,
  text: string,
  replacement: string,
  groupCount: number,
  budget: Budget,
  most?: number,
): string {
  const named = expression.namedGroups();
  let result = '';
  let from = 0;
  for (const { start, end, groups } of allMatches(expression, text, groupCount, budget, most)) {
    const inserted = expand(replacement, groups, named);
    budget.grow(inserted.length + start - from);
    result += text.slice(from, start) + inserted;
    from = end;
  }
  return result + text.slice(from);
}

function expand(
  replacement: string,
  groups: readonly (string | null)[],
  named: Readonly<Record<string, number>>,
): string {
  if (!/[\\$]/.test(replacement)) return replacement;
  return replacement.replace(
    /\\(.)|\$(\d)|\$\{(\w+)\}|[\\$]/gs,
    (sign, escaped?: string, index?: string, name?: string) => {
      if (escaped !== undefined) return escaped;
      const group = index === undefined ? named[name ?? ''] : Number(index);
      if (group === undefined || group >= groups.length)
        throw new ExpressionError(
          'EXPRESSION_VALUE',
          `The replacement names a group that the pattern does not have: ${sign}`,
        );
      return groups[group] ?? '';
    },
  );
}
