import { describe, expect, it } from 'vitest';
import { choice, flag, integer, optionalText, readSettings, secret, text } from './settings.ts';
import { UserError } from './user-error.ts';

const DECLARATION = {
  port: integer({ env: 'PORT', default: 8080, min: 1, max: 65_535, describe: 'port to listen on' }),
  name: text({ env: 'NAME', describe: 'name of the cluster' }),
  mode: choice({ env: 'MODE', of: ['fast', 'safe'], default: 'safe', describe: 'how to work' }),
  quiet: flag({ env: 'QUIET', default: false, describe: 'say less' }),
  password: secret({ env: 'PASSWORD', default: 'x', describe: 'password of the cluster' }),
  note: optionalText({ env: 'NOTE', describe: 'free text' }),
};

describe('settings', () => {
  it('take defaults where nothing is set, and an empty variable is nothing', () => {
    expect(readSettings(DECLARATION, { NAME: 'a', PORT: '', NOTE: '  ' })).toEqual({
      port: 8080,
      name: 'a',
      mode: 'safe',
      quiet: false,
      password: 'x',
      note: undefined,
    });
  });

  it('become typed values', () => {
    const env = { NAME: ' a ', PORT: '1', MODE: 'fast', QUIET: 'Yes', PASSWORD: 'y', NOTE: 'n' };
    expect(readSettings(DECLARATION, env)).toEqual({
      port: 1,
      name: 'a',
      mode: 'fast',
      quiet: true,
      password: 'y',
      note: 'n',
    });
  });

  it('tell of every fault at once', () => {
    const read = (): unknown => readSettings(DECLARATION, { PORT: '0', MODE: 'slow', QUIET: 'perhaps' });
    expect(read).toThrow(UserError);
    try {
      read();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'SETTINGS_INVALID',
        details: {
          faults: [
            'PORT must be a whole number from 1 to 65535 (port to listen on)',
            'NAME is not set; it must be text (name of the cluster)',
            'MODE must be one of fast, safe (how to work)',
            'QUIET must be true or false (say less)',
          ],
        },
      });
    }
  });

  it.each(['1.5', '1e3', '0x10', 'one', '99999999999999999999'])('do not take %s for a whole number', (PORT) => {
    expect(() => readSettings(DECLARATION, { NAME: 'a', PORT })).toThrow('PORT');
  });

  it('never repeat a value, which may be a secret', () => {
    const strict = { key: secret({ env: 'KEY', describe: 'key' }), port: DECLARATION.port };
    expect(() => readSettings(strict, { PORT: 'hunter2' })).toThrow(expect.not.stringContaining('hunter2'));
  });
});
