import { createLogger } from '@tutti/service-kit';
import { describe, expect, it } from 'vitest';
import { formatLogLine, isAtLeast, parseLogLine } from './log-line.ts';

/** What the logger writes, as the launcher reads it. */
function written(write: (log: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  write(createLogger('executor', { level: 'trace', write: (line) => (text += line) }));
  return text.trimEnd();
}

describe('a line of the merged log', () => {
  it('shows time, service, level, sentence and fields', () => {
    const line = parseLogLine(written((log) => log.warn({ executionId: 'e1', reason: 'two words' }, 'partition lost')));
    expect(formatLogLine('executor', line, false)).toMatch(
      /^\d\d:\d\d:\d\d executor {6}WARN {2}partition lost executionId=e1 reason="two words"$/,
    );
  });

  it('shows an error with its stack, or with its way out', () => {
    const bug = parseLogLine(written((log) => log.error({ err: new TypeError('no such thing') }, 'failed')));
    expect(formatLogLine('executor', bug, false)).toMatch(/failed\n {9}TypeError: no such thing\n {9} +at /);
    const mendable = parseLogLine(
      written((log) => log.fatal({ err: new Error('port taken'), hint: 'Choose another.' }, 'x')),
    );
    expect(formatLogLine('executor', mendable, false)).toMatch(/x\n {9}port taken\n {9}Choose another\.$/);
  });

  it('shows what did not come from the logger as a warning', () => {
    for (const text of ['Segmentation fault', '{"a":1}', '[1]', 'null', '"x"']) {
      expect(parseLogLine(text)).toMatchObject({ level: 'warn', message: text });
    }
  });

  it('knows what is urgent', () => {
    const line = parseLogLine(written((log) => log.warn('x')));
    expect(['debug', 'info', 'warn', 'error'].map((level) => isAtLeast(line, level))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
