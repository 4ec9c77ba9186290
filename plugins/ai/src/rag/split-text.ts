/** How texts are cut; each cuts by the next smaller when a piece is still too long. */
export const SPLITTERS = ['RECURSIVE', 'PARAGRAPH', 'LINE', 'SENTENCE', 'WORD'] as const;
export type Splitter = (typeof SPLITTERS)[number];

/** Where a text may be cut, from coarse to fine; what ends a piece stays with it. */
const LEVELS = [/(?<=\n\s*\n)/, /(?<=\n)/, /(?<=[.!?…]\s+)/, /(?<=\s+)/] as const;
const FIRST_LEVEL: Readonly<Record<Splitter, number>> = { RECURSIVE: 0, PARAGRAPH: 0, LINE: 1, SENTENCE: 2, WORD: 3 };

export interface SplitOptions {
  readonly splitter: Splitter;
  /** Longest segment, characters. */
  readonly maxLength: number;
  /** What a segment may repeat of the one before it, characters. */
  readonly maxOverlap: number;
}

/**
 * Cuts a text into segments of bounded length, at paragraphs where that is possible, else at lines, sentences, words.
 * A segment begins with the end of the one before it, so that what was cut apart is found in one of them.
 */
export function splitText(text: string, { splitter, maxLength, maxOverlap }: SplitOptions): string[] {
  const segments: string[] = [];
  let current = '';
  for (const piece of piecesOf(text, maxLength - maxOverlap, FIRST_LEVEL[splitter])) {
    if (current !== '' && current.length + piece.length > maxLength) {
      segments.push(current);
      current = overlapOf(current, Math.min(maxOverlap, maxLength - piece.length));
    }
    current += piece;
  }
  return [...segments, current].map((segment) => segment.trim()).filter((segment) => segment !== '');
}

/** Pieces that are short enough, which together are the text. */
function piecesOf(text: string, maxLength: number, level: number): string[] {
  if (text.length <= maxLength) return [text];
  const separator = LEVELS[level];
  if (!separator) return text.match(new RegExp(`[^]{1,${maxLength}}`, 'gu')) ?? [];
  return text.split(separator).flatMap((piece) => piecesOf(piece, maxLength, level + 1));
}

/** The end of a segment, from the beginning of a word. */
function overlapOf(segment: string, maxLength: number): string {
  if (maxLength <= 0) return '';
  const end = segment.slice(-maxLength);
  if (end.length === segment.length) return end;
  const start = end.search(/(?<=\s)\S/);
  return start < 0 ? '' : end.slice(start);
}
