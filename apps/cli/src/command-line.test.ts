import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

describe('the command line', () => {
  it('starts with defaults', () => {
    const options = { port: undefined, host: undefined, dataFolder: undefined, example: true, verbose: false };
    expect(parseCommandLine(['up'])).toEqual({ name: 'up', options });
    expect(parseCommandLine([])).toEqual({ name: 'up', options });
  });

  it('takes options in both spellings', () => {
    expect(parseCommandLine(['up', '--port', '0', '--data=/tmp/x', '--no-example'])).toMatchObject({
      options: { port: 0, dataFolder: '/tmp/x', example: false },
    });
  });

  it.each([
    [['up', '--port', 'x'], 'x'],
    [['up', '--port', '65536'], '65536'],
    [['up', '--prot', '1'], '--prot'],
    [['down'], 'down'],
    [['up', '--data'], '--data'],
  ])('says what is wrong with %j', (args, mentioned) => {
    expect(() => parseCommandLine(args)).toThrow(mentioned);
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
