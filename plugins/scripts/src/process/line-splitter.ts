/** Longest line that is passed on whole, characters. */
const LINE_MAX = 32 * 1024;
/** Longest line of the output protocol, characters: outputs may be large. */
const PROTOCOL_LINE_MAX = 8 * 1024 * 1024;

/** Cuts a stream of text into lines, in bounded memory: the rest of a line that is too long is dropped. */
export class LineSplitter {
  readonly #take: (line: string) => void;
  #rest = '';
  #dropped = 0;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  write(chunk: string): void {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      this.#append(chunk.slice(from, end));
      this.#endLine();
      from = end + 1;
    }
    if (from < chunk.length) this.#append(chunk.slice(from));
  }

  /** The last line, when no line break followed it. */
  end(): void {
    if (this.#rest !== '' || this.#dropped > 0) this.#endLine();
  }

  #append(text: string): void {
    const max = (this.#rest === '' ? text : this.#rest).startsWith('::{') ? PROTOCOL_LINE_MAX : LINE_MAX;
    const room = max - this.#rest.length;
    this.#rest += text.length <= room ? text : text.slice(0, Math.max(0, room));
    this.#dropped += Math.max(0, text.length - room);
  }

  #endLine(): void {
    const line = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest;
    const dropped = this.#dropped;
    this.#rest = '';
    this.#dropped = 0;
    this.#take(dropped === 0 ? line : `${line}… (${dropped} more characters)`);
  }
}
