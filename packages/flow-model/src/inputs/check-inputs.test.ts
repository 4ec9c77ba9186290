import { Expressions } from '@tutti/expressions';
import { describe, expect, it } from 'vitest';
import type { InputDeclaration } from '../flow.ts';
import type { Json, JsonMap } from '../json.ts';
import { checkInputs } from './check-inputs.ts';

const context = { nowMs: 0, expressions: new Expressions(), call: { namespace: 'company.team', executionId: 'e1' } };

const declare = (input: Partial<InputDeclaration> & Pick<InputDeclaration, 'id' | 'type'>): InputDeclaration => ({
  required: true,
  properties: {},
  ...input,
});

const check = (inputs: readonly InputDeclaration[], given: JsonMap) =>
  checkInputs({ id: 'taxi', namespace: 'company.team', inputs }, given, context);

describe('checkInputs', () => {
  it.each<[InputDeclaration['type'], Json, Json]>([
    ['STRING', 'text', 'text'],
    ['INT', '42', 42],
    ['INT', '4294967296', 4_294_967_296],
    ['FLOAT', '3.5', 3.5],
    ['BOOLEAN', 'on', false],
    ['BOOLEAN', 'TRUE', true],
    ['DATETIME', '2024-05-06T07:08:09.000Z', '2024-05-06T07:08:09Z'],
    ['DATETIME', '2024-05-06T09:08:09+02:00', '2024-05-06T07:08:09Z'],
    ['DATE', '2024-02-29', '2024-02-29'],
    ['TIME', '12:34', '12:34:00'],
    ['DURATION', 'PT1H30M', 5400],
    ['JSON', '{"a": [1, 2]}', { a: [1, 2] }],
    ['YAML', 'k: v\nl: [010]', { k: 'v', l: [8] }],
    ['ION', '{a: 1, d: 2024-01-01T, l: [two]}', { a: 1, d: '2024-01-01', l: ['two'] }],
    ['URI', 'https://example.org/x?y=1', 'https://example.org/x?y=1'],
    ['EMAIL', '', ''],
  ])('types a %s given as %j', async (type, given, stored) => {
    const { values, faults } = await check([declare({ id: 'x', type })], { x: given });
    expect(faults).toEqual([]);
    expect(values).toEqual({ x: stored });
  });

  it.each<[InputDeclaration['type'], JsonMap, Json, string]>([
    ['INT', {}, 'abc', 'For input string: "abc"'],
    ['INT', { min: 5 }, '1', 'it must be more than `5`'],
    ['INT', { max: 5 }, '9', 'it must be less than `5`'],
    ['INT', {}, '12345678901234567890', 'the number 12345678901234567890 cannot be held exactly'],
    ['SELECT', { values: ['x', 'y'] }, 'z', 'it must match the values `[x, y]`'],
    ['MULTISELECT', { values: ['a', 'b'] }, '["z"]', "value `z` doesn't match the values `[a, b]`"],
    ['ARRAY', { itemType: 'INT' }, '["x"]', 'Unable to parse array element as `INT` on `x`'],
    ['STRING', { validator: '^[0-9]+$' }, 'abc', 'it must match the pattern `^[0-9]+$`'],
    ['DATE', {}, '2023-02-29', '"2023-02-29" is no date such as 2024-05-06'],
    ['DATE', { after: '2024-01-01' }, '2023-01-01', 'it must be after `2024-01-01`'],
    ['DURATION', { min: 'PT5M' }, 'PT1M', 'it must be more than `PT5M`'],
    [
      'JSON',
      { jsonSchema: '{"required": ["a"]}' },
      '{"b": 1}',
      'it must match the JSON schema: # Instance does not have required property "a".',
    ],
    ['EMAIL', {}, 'nobody', 'The input must be a valid email'],
    ['URI', {}, 'nowhere', 'Invalid URI format.'],
  ])('says why %s with %j refuses %j', async (type, properties, given, cause) => {
    const { faults } = await check([declare({ id: 'x', type, properties })], { x: given });
    expect(faults).toEqual([{ input: 'x', message: `Invalid value for input \`x\`. Cause: ${cause}` }]);
  });

  it('reports every missing and every faulty input at once', async () => {
    const inputs = [declare({ id: 's', type: 'STRING' }), declare({ id: 'n', type: 'INT' }), declare({ id: 'm', type: 'INT' })]; // prettier-ignore
    const { faults } = await check(inputs, { n: 'abc', m: '' });
    expect(faults.map(({ message }) => message)).toEqual([
      'Missing required input:s',
      'Invalid value for input `n`. Cause: For input string: "abc"',
      'Missing required input:m',
    ]);
  });

  it('renders defaults, which see the inputs they depend on and no others', async () => {
    const dependent = declare({ id: 'b', type: 'STRING', defaults: '{{ inputs.a ~ "!" }}' });
    const inputs = [
      declare({ id: 'a', type: 'STRING', defaults: 'x' }),
      { ...dependent, dependsOn: { inputs: ['a'] } },
    ];
    expect((await check(inputs, {})).values).toEqual({ a: 'x', b: 'x!' });
    const { faults } = await check([inputs[0]!, dependent], {});
    expect(faults.map(({ input }) => input)).toEqual(['b']);
  });

  it('leaves out an input whose condition does not hold, and one that depends on it', async () => {
    const inputs = [
      declare({ id: 'kind', type: 'STRING' }),
      declare({ id: 'detail', type: 'STRING', dependsOn: { inputs: ['kind'], condition: "{{ inputs.kind == 'main' }}" } }), // prettier-ignore
      declare({ id: 'more', type: 'STRING', dependsOn: { inputs: ['detail'] } }),
    ];
    expect(await check(inputs, { kind: 'other' })).toMatchObject({ values: { kind: 'other' }, faults: [] });
    expect((await check(inputs, { kind: 'main' })).faults.map(({ input }) => input)).toEqual(['detail', 'more']);
  });

  it('nests ids with dots, given flat or as maps', async () => {
    const inputs = [declare({ id: 'db.host', type: 'STRING' }), declare({ id: 'db.port', type: 'INT' })];
    const expected = { db: { host: 'h', port: 1 } };
    expect((await check(inputs, { 'db.host': 'h', 'db.port': '1' })).values).toEqual(expected);
    expect((await check(inputs, { db: { host: 'h', port: 1 } })).values).toEqual(expected);
  });

  it('takes choices from an expression, and the first one where that is wanted', async () => {
    const properties = { expression: "{{ ['a', 'b'] }}", autoSelectFirst: true };
    expect((await check([declare({ id: 'x', type: 'SELECT', properties })], {})).values).toEqual({ x: 'a' });
  });

  it('keeps an empty optional input as null and names what nobody declared', async () => {
    const inputs = [declare({ id: 'a', type: 'JSON', required: false })];
    expect(await check(inputs, { a: '', other: 1 })).toEqual({
      values: { a: null },
      faults: [],
      undeclared: ['other'],
    });
  });

  it('types the maps and lists of a default too', async () => {
    const inputs = [declare({ id: 'g', type: 'JSON', defaults: { k: [1, '{{ flow.id }}'] } })];
    expect((await check(inputs, {})).values).toEqual({ g: { k: [1, 'taxi'] } });
  });
});
