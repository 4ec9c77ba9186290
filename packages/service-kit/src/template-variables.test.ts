import { expect, it } from 'vitest';
import { readTemplateVariables } from './template-variables.ts';

it('takes globals from JSON and envs from prefixed variables', () => {
  expect(readTemplateVariables({ TUTTI_GLOBALS: '{"team":"data"}', ENV_GREETING: 'hello', HOME: '/root' })).toEqual({
    globals: { team: 'data' },
    envs: { greeting: 'hello' },
  });
});

it('refuses globals that are no JSON object', () => {
  for (const text of ['[1]', 'team', '"x"'])
    expect(() => readTemplateVariables({ TUTTI_GLOBALS: text })).toThrow('TUTTI_GLOBALS');
});
