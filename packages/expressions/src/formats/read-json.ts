import { valueError } from '../expression-error.ts';
import { Decimal, setOwn, type Value } from '../json.ts';

/** Whole decimals and long digits: what `JSON.parse` would change. */
const NEEDS_CARE = /[\d.][eE]|\d\.\d|\d{16}/;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y; // eslint-disable-line no-control-regex -- JSON forbids them
const DEEPEST = 500;

/**
 * Reads the first JSON value of a text; `5.0` stays a decimal, and whole numbers keep all their digits.
 * @throws {ExpressionError} EXPRESSION_VALUE when there is none.
 */
export function readJson(text: string): Value {
  if (!NEEDS_CARE.test(text)) {
    try {
      return JSON.parse(text) as Value;
    } catch {
      // The reader below forgives what follows the first value, and says what is wrong otherwise.
    }
  }
  return new JsonReader(text).value(0);
}

class JsonReader {
  private readonly text: string;
  private offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): Value {
    if (depth > DEEPEST) throw valueError(`The JSON is nested deeper than ${DEEPEST}`);
    this.space();
    const character = this.text[this.offset];
    if (character === '{') return this.map(depth);
    if (character === '[') return this.list(depth);
    if (character === '"') return this.string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (this.accept(word)) return value;
    return this.number();
  }

  private map(depth: number): Value {
    const map: Record<string, Value> = {};
    this.offset++;
    for (let first = true; !this.close('}', first); first = false) {
      this.space();
      const key = this.string();
      this.space();
      if (!this.accept(':')) throw this.fault();
      setOwn(map, key, this.value(depth + 1));
    }
    return map;
  }

  private list(depth: number): Value {
    const list: Value[] = [];
    this.offset++;
    for (let first = true; !this.close(']', first); first = false) list.push(this.value(depth + 1));
    return list;
  }

  /** Whether the bracket closes here; else a comma must stand before all but the first. */
  private close(bracket: string, first: boolean): boolean {
    this.space();
    if (this.text[this.offset] === bracket && (first || this.text[this.offset - 1] !== ',')) {
      this.offset++;
      return true;
    }
    if (!first && !this.accept(',')) throw this.fault();
    return false;
  }

  private string(): string {
    const found = this.match(STRING);
    if (found === undefined) throw this.fault();
    try {
      return JSON.parse(found) as string;
    } catch {
      throw this.fault();
    }
  }

  private number(): Value {
    const found = this.match(NUMBER);
    if (found === undefined || /[\w.]/.test(this.text[this.offset] ?? '')) throw this.fault();
    const number = Number(found);
    if (/[.eE]/.test(found)) return Number.isInteger(number) ? new Decimal(number) : number;
    return Number.isSafeInteger(number) ? number : BigInt(found);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  private accept(word: string): boolean {
    if (!this.text.startsWith(word, this.offset)) return false;
    this.offset += word.length;
    return true;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text[this.offset] ?? '')) this.offset++;
  }

  private fault(): Error {
    const found = this.text[this.offset];
    const what = found === undefined ? 'the text ends' : `"${found}" stands`;
    return valueError(`The text is not JSON: ${what} at character ${this.offset + 1}`);
  }
}
