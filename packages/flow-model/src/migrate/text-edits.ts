/** Replacements in a text, made all at once; what they do not touch stays as it is, byte for byte. */
export class TextEdits {
  readonly #edits: { start: number; end: number; text: string }[] = [];

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  apply(source: string): string {
    let result = '';
    let at = 0;
    for (const { start, end, text } of this.#edits.toSorted((left, right) => left.start - right.start)) {
      if (start < at) continue; // within what another edit has replaced
      result += source.slice(at, start) + text;
      at = end;
    }
    return result + source.slice(at);
  }
}
