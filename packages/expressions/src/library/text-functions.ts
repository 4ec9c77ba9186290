import type { Evaluation } from '../evaluation.ts';
import { isList, isMap, setOwn, type Result, type Value } from '../json.ts';
import { chain } from '../language/code.ts';
import { inTurn } from '../language/in-turn.ts';
import { textOf } from '../values/print.ts';
import { optionalBoolean, textFrom } from './arguments.ts';
import { optional, required, type Functions } from './declaration.ts';

/** Functions that render text, or show what a template sees. */
export const TEXT_FUNCTIONS: Functions = {
  render: {
    description:
      'Renders text found in a variable, again and again until nothing changes; in lists and maps, every text of them.',
    params: [required('toRender', 'The text, list or map.'), optional('recursive', 'False for one pass only.')],
    example: {
      template: '{{ render(vars.file) }}',
      vars: { vars: { file: '{{ inputs.name }}.csv' }, inputs: { name: 'taxi' } },
      result: 'taxi.csv',
    },
    call: ([toRender, recursive], evaluation) =>
      rendered(toRender ?? null, evaluation, optionalBoolean(recursive, 'Argument "recursive" of render()', true)),
  },
  renderOnce: {
    description: 'Renders text found in a variable, one pass.',
    params: [required('toRender', 'The text, list or map.')],
    example: { template: '{{ renderOnce(a) }}', vars: { a: '{{ b }}', b: '{{ c }}' }, result: '{{ c }}' },
    call: ([toRender], evaluation) => rendered(toRender ?? null, evaluation, false),
  },
  block: {
    description: 'The text of `{% block name %}` once more; nothing when there is no such block.',
    params: [required('name', 'The name of the block.')],
    example: { template: "{% block 'a' %}x{% endblock %}{{ block('a') }}", result: 'xx' },
    call([name], evaluation) {
      evaluation.budget.enter();
      const block = evaluation.template.block(textFrom(name, 'Argument "name" of block()'), evaluation);
      return chain(block ?? '', (text) => {
        evaluation.budget.leave();
        return text;
      });
    },
  },
  printContext: {
    description: 'All variables as one map: for looking at what there is.',
    params: [],
    example: { template: '{{ printContext().a }}', vars: { a: 1 }, result: '1' },
    call: (_, evaluation) => evaluation.variables(),
  },
  fetchContext: {
    description: 'All variables as one map.',
    params: [],
    example: { template: '{{ fetchContext() | keys }}', vars: { a: 1 }, result: '["a"]' },
    call: (_, evaluation) => evaluation.variables(),
  },
};

function rendered(value: Value, evaluation: Evaluation, recursive: boolean): Result {
  evaluation.budget.step(1);
  if (typeof value === 'string') return evaluation.run.render(value, evaluation, recursive);
  if (isList(value)) return inTurn(value, (item) => rendered(item, evaluation, recursive));
  if (!isMap(value)) return value;
  const flat = Object.entries(value).flat();
  const parts = inTurn(flat, (part) => rendered(part, evaluation, recursive));
  return chain(parts, (all) => {
    const map: Record<string, Value> = {};
    for (let index = 0; index < all.length; index += 2)
      setOwn(map, textOf(all[index] ?? null, evaluation.budget), all[index + 1] ?? null);
    return map;
  });
}
