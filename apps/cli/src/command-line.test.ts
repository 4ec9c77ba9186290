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

  it('takes files of flows', () => {
    expect(parseCommandLine(['validate', 'a.yaml', 'b.yaml'])).toEqual({
      name: 'validate',
      files: ['a.yaml', 'b.yaml'],
    });
    expect(parseCommandLine(['migrate', 'a.yaml', '--to', '2.0', '--write'])).toEqual({
      name: 'migrate',
      files: ['a.yaml'],
      to: '2.0',
      write: true,
    });
  });

  it.each([
    [['validate'], 'file'],
    [['validate', 'a.yaml', '--port', '1'], '--port'],
    [['migrate', 'a.yaml'], '1.x or 2.0'],
    [['migrate', 'a.yaml', '--to', '3'], '"3"'],
    [['up', 'a.yaml'], 'a.yaml'],
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
