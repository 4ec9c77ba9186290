import { describe, expect, it } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import { definePlugin, definePureTask, defineTask } from './declare.ts';
import { property, s } from './schema.ts';

const task = defineTask({
  type: 'test.Task',
  aliases: ['acme.Task'],
  title: 'A task.',
  properties: {
    name: s.nonEmpty().describe('A name.'),
    count: s.int().default(1).describe('A number.'),
    wait: s.duration().optional().describe('A duration.'),
    tags: property(s.oneOrMany(s.string()).optional().describe('Tags.'), { aliases: ['labels'], render: 'typed' }),
    nested: s.object({ on: s.boolean() }).optional().describe('More.'),
  },
  run: () => Promise.resolve(),
});
const pure = definePureTask({
  type: 'test.Pure',
  title: 'A pure task.',
  properties: { n: s.int().describe('A number.') },
  evaluate: ({ n }) => ({ outputs: { double: 2 * n } }),
});
const plugin = definePlugin({ name: 'test', title: 'Test', tasks: [task, pure] });
const catalogue = createCatalogue([plugin]);
const info = catalogue.task('acme.Task')!;

describe('the catalogue', () => {
  it('knows a type by each of its names', () => {
    expect(info.type).toBe('test.Task');
    expect(catalogue.declaration('acme.Task')).toBe(task);
    expect(catalogue.task('acme.Other')).toBeUndefined();
  });

  it('refuses a name that two declarations claim', () =>
    expect(() => createCatalogue([plugin, plugin])).toThrow('Two declarations claim the type name "test.Task".'));

  it('tells of each property what the model must know', () => {
    expect(info.properties).toMatchObject({
      name: { required: true, render: 'text', description: 'A name.' },
      count: { required: false },
      tags: { render: 'typed', aliases: ['labels'] },
    });
  });

  it('describes properties as they are written', () => {
    expect(info.schema()).toMatchObject({
      required: ['name'],
      properties: {
        count: { type: 'integer' },
        wait: { type: 'string', format: 'duration' },
        tags: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      },
    });
    expect(info.properties['wait']?.schema).toMatchObject({ type: 'string', format: 'duration' });
  });

  it('finds every fault of properties as written, and judges no template', () => {
    expect(info.check({ name: 'a', count: '{{ x }}', nested: { on: '{{ y }}' }, wait: 'PT5S' })).toEqual([]);
    expect(info.check({ count: 'many', wait: '5 minutes', nested: { on: 'perhaps', off: 1 } })).toEqual([
      { at: ['name'], code: 'PROPERTY_MISSING', message: 'The property "name" is required.' },
      { at: ['count'], code: 'PROPERTY_INVALID', message: expect.stringMatching(/^The property "count": /) as string },
      {
        at: ['wait'],
        code: 'PROPERTY_INVALID',
        message: 'The property "wait": must be an ISO-8601 duration, such as PT30S.',
      },
      { at: ['nested', 'on'], code: 'PROPERTY_INVALID', message: expect.any(String) as string },
      { at: ['nested', 'off'], code: 'PROPERTY_UNKNOWN', message: 'Unknown property "nested.off".' },
    ]);
  });

  it('runs pure tasks on checked properties', () => {
    const evaluate = catalogue.task('test.Pure')!.evaluate!;
    expect(evaluate({ n: '21' }, {} as never)).toEqual({ outputs: { double: 42 } });
    expect(() => evaluate({ n: 'x' }, {} as never)).toThrow('The property "n":');
  });
});
