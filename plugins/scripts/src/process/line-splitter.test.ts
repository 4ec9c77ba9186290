import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function linesOf(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

describe('lines', () => {
  it('are the same however the text is cut', () =>
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab\n]{0,8}$/)), (chunks) => {
        expect(linesOf(chunks)).toEqual(linesOf([chunks.join('')]));
      }),
    ));

  it('end with or without a carriage return, and the last one needs no end', () =>
    expect(linesOf(['a\r\nb\n\nc'])).toEqual(['a', 'b', '', 'c']));

  it('that are too long lose their rest', () => {
    const [line] = linesOf(['x'.repeat(20_000), 'x'.repeat(20_000), '\n']);
    expect(line).toHaveLength(32_768 + '… (7232 more characters)'.length);
  });

  it('of the protocol may be longer', () => {
    const text = `::{"outputs":{"a":"${'x'.repeat(100_000)}"}}::`;
    expect(linesOf([text.slice(0, 10), text.slice(10), '\n'])).toEqual([text]);
  });
});
