import { valueError } from '../expression-error.ts';

/** One piece of a date pattern. */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: string; readonly count: number; readonly pad: number }
  | { readonly kind: 'optional'; readonly parts: readonly PatternPart[] };

/** Letters that may stand in a pattern, with how often at most. */
const MOST_LETTERS: Readonly<Record<string, number>> = {
  G: 5, u: 19, y: 19, Y: 19, D: 3, M: 5, L: 5, d: 2, g: 19, Q: 5, q: 5, w: 2, W: 1, E: 5, e: 5, c: 5, F: 1, a: 1, B: 5, h: 2,
  K: 2, k: 2, H: 2, m: 2, s: 2, S: 9, A: 19, n: 19, N: 19, V: 2, v: 4, z: 4, O: 4, X: 5, x: 5, Z: 5,
}; // prettier-ignore
const LONGEST_PATTERN = 500;

/**
 * Reads a pattern of Java's `DateTimeFormatter`: letters are fields, quotes hold text, brackets what may be missing.
 * @throws {ExpressionError} EXPRESSION_VALUE for letters without meaning.
 */
export function parsePattern(pattern: string): PatternPart[] {
  if (pattern.length > LONGEST_PATTERN) throw faulty(pattern, 'it is too long');
  const reader = new PatternReader(pattern);
  const parts = reader.parts();
  if (!reader.ended) throw faulty(pattern, '"]" closes nothing');
  return parts;
}

class PatternReader {
  private readonly pattern: string;
  private offset = 0;
  private depth = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  get ended(): boolean {
    return this.offset >= this.pattern.length;
  }

  parts(): PatternPart[] {
    const parts: PatternPart[] = [];
    while (!this.ended && this.pattern[this.offset] !== ']') parts.push(this.part());
    return parts;
  }

  private part(): PatternPart {
    const character = this.pattern[this.offset] ?? '';
    if (character === "'") return this.quoted();
    if (character === '[') return this.optional();
    if (/[a-zA-Z]/.test(character)) return this.field();
    if (/[{}#]/.test(character)) throw faulty(this.pattern, `"${character}" is reserved`);
    this.offset++;
    return { kind: 'literal', text: character };
  }

  private quoted(): PatternPart {
    let text = '';
    for (this.offset++; !this.ended; this.offset++) {
      if (this.pattern[this.offset] !== "'") text += this.pattern[this.offset];
      else if (this.pattern[this.offset + 1] === "'") text += this.pattern[++this.offset];
      else {
        this.offset++;
        return { kind: 'literal', text: text === '' ? "'" : text };
      }
    }
    throw faulty(this.pattern, 'a quote is not closed');
  }

  private optional(): PatternPart {
    this.offset++;
    this.depth++;
    const parts = this.parts();
    if (!this.ended) this.offset++;
    this.depth--;
    return { kind: 'optional', parts };
  }

  private field(): PatternPart {
    const letter = this.pattern[this.offset] ?? '';
    const count = this.run(letter);
    if (letter !== 'p') return this.checked(letter, count, 0);
    const padded = this.pattern[this.offset] ?? '';
    if (!/[a-zA-Z]/.test(padded)) throw faulty(this.pattern, '"p" must stand before a field');
    return this.checked(padded, this.run(padded), count);
  }

  private run(letter: string): number {
    const start = this.offset;
    while (this.pattern[this.offset] === letter) this.offset++;
    return this.offset - start;
  }

  private checked(letter: string, count: number, pad: number): PatternPart {
    const most = Object.hasOwn(MOST_LETTERS, letter) ? MOST_LETTERS[letter] : undefined;
    if (most === undefined) throw faulty(this.pattern, `"${letter}" has no meaning`);
    const wrong =
      count > most ||
      (letter === 'V' && count !== 2) ||
      (letter === 'c' && count === 2) ||
      ((letter === 'O' || letter === 'v') && count !== 1 && count !== 4) ||
      (letter === 'B' && count !== 1 && count < 4);
    if (wrong) throw faulty(this.pattern, `"${letter.repeat(count)}" has no meaning`);
    return { kind: 'field', letter, count, pad };
  }
}

function faulty(pattern: string, why: string): Error {
  return valueError(`"${pattern.slice(0, 80)}" is not a date pattern: ${why}`, {
    hint: "Patterns look like yyyy-MM-dd HH:mm:ss; text stands in quotes: 'T'.",
  });
}
