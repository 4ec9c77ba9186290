import { describe, expect, it } from 'vitest';
import { DbtLog } from './dbt-log.ts';

function logOf(...lines: string[]) {
  const written: string[] = [];
  const at = (level: string) => (message: string) => void written.push(`${level} ${message}`);
  const log = { trace: at('TRACE'), debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR'), room: () => undefined }; // prettier-ignore
  const dbtLog = new DbtLog({ log });
  return { taken: lines.map((line) => dbtLog.take(line)), written, warned: dbtLog.warned };
}
const line = (level: string, msg: string) => JSON.stringify({ data: {}, info: { level, msg, name: 'Any' } });

describe('the log of dbt', () => {
  it('keeps the level of each line, and leaves out empty ones', () => {
    const lines = [line('info', 'Found 2 models'), line('debug', 'detail'), line('error', 'broken'), line('info', ' ')];
    expect(logOf(...lines)).toEqual({
      taken: [true, true, true, true],
      written: ['INFO Found 2 models', 'DEBUG detail', 'ERROR broken'],
      warned: false,
    });
  });

  it('notices warnings', () => expect(logOf(line('warn', 'deprecated')).warned).toBe(true));

  it('leaves lines of others alone, JSON or not', () =>
    expect(logOf('Installing', '{"a":1}', '{"info":{}}', '{"info": broken', '')).toMatchObject({
      taken: [false, false, false, false, false],
      written: [],
    }));
});
