/** Colours for a terminal; plain text where it is none or `NO_COLOR` is set. */
export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  /** As good, doubtful or bad as the state or level is. */
  mood(word: string, text: string): string;
}

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const BLUE = 34;
const MOODS: Readonly<Record<string, number>> = {
  SUCCESS: GREEN,
  WARNING: YELLOW,
  WARN: YELLOW,
  FAILED: RED,
  KILLED: RED,
  CANCELLED: RED,
  ERROR: RED,
  RUNNING: BLUE,
};

export function paintFor(coloured: boolean): Paint {
  const code = (number: number, text: string): string => (coloured ? `\u001B[${number}m${text}\u001B[0m` : text);
  return {
    dim: (text) => code(2, text),
    bold: (text) => code(1, text),
    mood: (word, text) => (MOODS[word] === undefined ? text : code(MOODS[word], text)),
  };
}
