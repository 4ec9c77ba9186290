import type { Value } from '../json.ts';
import { CASE_INSENSITIVE, DOT_ALL, pattern, type Match, type Pattern } from '../library/regular-expression.ts';
import { NO_PATH, collect, overValues, type Builtin, type Filter, type JqRun } from './filter.ts';
import { jqError } from './jq-error.ts';
import { stringFrom } from './value-order.ts';

/** A pattern with jq's flags: `g` all matches, `i` any case, `x` with spaces, `s` dots match line ends, `n` no empty ones. */
interface FlaggedPattern {
  readonly pattern: Pattern;
  readonly global: boolean;
  readonly skipEmpty: boolean;
}

function flagged(source: Value, flags: Value, run: JqRun): FlaggedPattern {
  const text = stringFrom(source, 'A regular expression');
  const letters = flags === null ? '' : stringFrom(flags, 'Flags of a regular expression');
  if (!/^[gimnsxlp]*$/.test(letters)) throw jqError(`${letters} is not a valid modifier string`);
  const bits = (letters.includes('i') ? CASE_INSENSITIVE : 0) | (/[sp]/.test(letters) ? DOT_ALL : 0);
  const bare = letters.includes('x')
    ? text.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]|#.*|\s+/g, (part) => (/^[\s#]/.test(part) ? '' : part))
    : text;
  return { pattern: pattern(bare, run.budget, bits), global: letters.includes('g'), skipEmpty: letters.includes('n') };
}

function matchesOf(input: Value, { pattern: compiled, global, skipEmpty }: FlaggedPattern, run: JqRun): Match[] {
  const all = compiled
    .all(stringFrom(input, 'Matching'), run.budget)
    .filter(({ start, end }) => !skipEmpty || end > start);
  return global ? all : all.slice(0, 1);
}

/** The values of `[pattern, flags]` or of a pattern and flags, for each combination. */
function withPattern(
  use: (found: FlaggedPattern, input: Value, run: JqRun, emit: (value: Value) => void) => void,
  forced = '',
): Builtin {
  return (source, flags) => (run, env, input, _path, _paths, emit) =>
    overValues([source ?? nothing, flags ?? nothing], (values) => [...values])(
      run,
      env,
      input,
      undefined,
      false,
      (pair) => {
        const [first, second] = Array.isArray(pair) ? (pair as readonly Value[]) : [];
        const [regex, letters] = Array.isArray(first) ? (first as readonly Value[]) : [first, second];
        const all = forced + (typeof letters === 'string' ? letters : '');
        use(flagged(regex ?? null, all === '' ? (letters ?? null) : all, run), input, run, (value) =>
          emit(value, NO_PATH),
        );
      },
    );
}

const nothing: Filter = (_run, _env, _input, _path, _paths, emit) => emit(null, NO_PATH);

function matchObject(text: string, { start, end, groups }: Match, names: readonly (string | null)[]): Value {
  const captures = groups.slice(1).map((string, index) => ({
    offset: string === null ? -1 : text.indexOf(string, start),
    length: string === null ? 0 : string.length,
    string,
    name: names[index] ?? null,
  }));
  return {
    offset: start,
    length: end - start,
    string: text.slice(start, end),
    captures: captures.map(({ name, ...capture }) => (name === null ? capture : { ...capture, name })),
  };
}

function captured({ groups }: Match, names: readonly (string | null)[]): Value {
  return Object.fromEntries(names.flatMap((name, index) => (name === null ? [] : [[name, groups[index + 1] ?? null]])));
}

/** `sub` and `gsub`: the replacement runs on the captures; where it gives several texts, so does the whole. */
function substitute(forced: string): Builtin {
  return (source, replacement, flags) => (run, env, input, _path, _paths, emit) =>
    withPattern((found, value) => {
      const text = stringFrom(value, 'Substitution');
      let results = [''];
      let from = 0;
      for (const match of matchesOf(text, found, run)) {
        const puts = collect(run, replacement ?? nothing, env, captured(match, found.pattern.groupNames));
        const between = text.slice(from, match.start);
        results = puts.flatMap((put) => results.map((result) => result + between + stringFrom(put, 'A replacement')));
        run.budget.grow(between.length * results.length);
        for (const put of puts) run.budget.grow(typeof put === 'string' ? put.length * results.length : 0);
        from = match.end;
      }
      for (const result of results) emit(result + text.slice(from), NO_PATH);
    }, forced)(source ?? nothing, flags ?? nothing)(run, env, input, undefined, false, emit);
}

const test = withPattern((found, input, _run, emit) => emit(found.pattern.find(stringFrom(input, 'test'))));
const match = withPattern((found, input, run, emit) => {
  const text = stringFrom(input, 'match');
  for (const one of matchesOf(text, found, run)) emit(matchObject(text, one, found.pattern.groupNames));
});
const capture = withPattern((found, input, run, emit) => {
  for (const one of matchesOf(input, found, run)) emit(captured(one, found.pattern.groupNames));
});
const scan = withPattern((found, input, run, emit) => {
  const text = stringFrom(input, 'scan');
  for (const { start, end, groups } of matchesOf(text, found, run))
    emit(groups.length > 1 ? groups.slice(1) : text.slice(start, end));
}, 'g');
const splits = withPattern((found, input, run, emit) => parts(input, found, run).forEach(emit), 'g');
const split = withPattern((found, input, run, emit) => emit(parts(input, found, run)), 'g');

function parts(input: Value, found: FlaggedPattern, run: JqRun): string[] {
  const text = stringFrom(input, 'split');
  const between: string[] = [];
  let from = 0;
  for (const { start, end } of matchesOf(text, found, run)) {
    between.push(text.slice(from, start));
    from = end;
  }
  return [...between, text.slice(from)];
}

/** Functions of the standard library for regular expressions. */
export const REGEX_BUILTINS: Readonly<Record<string, Builtin>> = {
  'test/1': test,
  'test/2': test,
  'match/1': match,
  'match/2': match,
  'capture/1': capture,
  'capture/2': capture,
  'scan/1': scan,
  'scan/2': scan,
  'splits/1': splits,
  'splits/2': splits,
  'split/2': split,
  'sub/2': substitute(''),
  'sub/3': substitute(''),
  'gsub/2': substitute('g'),
  'gsub/3': substitute('g'),
};
