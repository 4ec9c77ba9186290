/** Stands around the number of a hidden text: characters that mean nothing to any template. */
const MARK = '\u0000';
const MARKED = new RegExp(`${MARK}(\\d+)${MARK}`, 'g');

/** Texts that must survive further passes unparsed: they travel as marks, and come back at the very end. */
export class HiddenTexts {
  private readonly texts: string[] = [];

  /** A mark in place of a text. */
  hide(text: string): string {
    return `${MARK}${this.texts.push(text) - 1}${MARK}`;
  }

  /** The same text with every occurrence of these parts hidden. */
  hideAll(text: string, parts: Iterable<string>): string {
    let hidden = text;
    for (const part of parts)
      if (part.includes('{') && hidden.includes(part)) hidden = hidden.replaceAll(part, () => this.hide(part));
    return hidden;
  }

  /** The text with all marks replaced by what they hide. */
  reveal(text: string): string {
    return text.includes(MARK)
      ? text.replace(MARKED, (mark, index: string) => this.texts[Number(index)] ?? mark)
      : text;
  }
}
