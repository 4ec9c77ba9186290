import { RE2JS } from 're2js';

export interface Pattern {
  matches(text: string): boolean;
}

/**
 * A user's regular expression over a whole text, in linear time whatever it is. One that needs what RE2 leaves out
 * (looking ahead or back) runs in the engine of JavaScript.
 * @throws {SyntaxError} when it is no regular expression.
 */
export function patternOf(source: string): Pattern {
  try {
    const compiled = RE2JS.compile(source);
    return { matches: (text) => compiled.matches(text) };
  } catch {
    const compiled = new RegExp(`^(?:${source})$`, 'su');
    return { matches: (text) => compiled.test(text) };
  }
}
