import { jsonOf } from '../values/print.ts';
import { readJson } from '../formats/read-json.ts';
import { writeIon } from '../formats/write-ion.ts';
import { writeYaml } from '../formats/write-yaml.ts';
import { runJq } from '../jq/jq.ts';
import { textFrom } from './arguments.ts';
import { optional, required, type FilterDeclaration, type Filters } from './declaration.ts';

const toJson: FilterDeclaration = {
  description: 'The value as JSON. Entries of maps that are null are left out.',
  params: [optional('indent', 'Taken for the sake of old flows; the JSON stays on one line.')],
  takesNull: true,
  example: { template: "{{ {'a': [1, 2], 'b': null} | toJson }}", result: '{"a":[1,2]}' },
  apply: (input, _, { budget }) => jsonOf(input, budget),
};

/** Filters that write or search structured data. */
export const DATA_FILTERS: Filters = {
  toJson,
  json: { ...toJson, description: 'The same as `toJson`.', example: { template: "{{ 'a' | json }}", result: '"a"' } },
  yaml: {
    description: 'The value as YAML.',
    params: [],
    takesNull: true,
    note: 'Items of lists stand one space in. A text that looks like a number is not quoted.',
    example: { template: "{{ {'a': [1, 2]} | yaml }}", result: 'a:\n - 1\n - 2\n' },
    apply: (input, _, { budget }) => (input === null ? 'null' : writeYaml(input, budget)),
  },
  toIon: {
    description: 'The value as Amazon Ion.',
    params: [],
    takesNull: true,
    example: { template: "{{ {'a': 1.5} | toIon }}", result: '{a:1.5e0}' },
    apply: (input, _, { budget }) => writeIon(input, budget),
  },
  jq: {
    description:
      'Runs a jq program on the value. Always a list, of everything the program gives; a text is read as JSON first.',
    params: [required('expression', 'The jq program.')],
    note: 'No access to files, modules or the environment.',
    example: {
      template: "{{ body | jq('.products[].id') }}",
      vars: { body: { products: [{ id: 1 }, { id: 2 }] } },
      result: '[1,2]',
    },
    apply(input, [expression], { budget, nowMs }) {
      const program = textFrom(expression, 'Argument "expression" of filter "jq"');
      return runJq(program, typeof input === 'string' ? readJson(input) : input, budget, nowMs);
    },
  },
};
