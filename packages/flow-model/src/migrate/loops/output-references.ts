import type { Use } from '@tutti/expressions';
import { isJsonList, type Json } from '../../json.ts';
import { isTemplate } from '../../template-text.ts';
import { loopsAround } from './loop-scope.ts';
import { loopOfValue, valueAt, type Obstacle, type Replacement, type Site } from './reference.ts';
import type { SourceTask } from './source-task.ts';

/** What a template asks of a task in a loop, in the words of a Loop. */
export interface OutputTranslation {
  readonly replacements: readonly Replacement[];
  /** The task whose outputs the Loop must hand out for it. */
  readonly handOut?: HandOut;
}

export interface HandOut {
  readonly loop: SourceTask;
  readonly id: string;
}

const HAND_OUT = 'Let the Loop hand the value out by "outputs", and read "outputs.<loop>.outputs[<n>].outputs.<name>".';
const SAME_ITERATION = 'Within a Loop, a task sees the outputs of its own iteration, without a subscript.';

/** `outputs.<id>` and `tasks.<id>`: a task in loops goes by the values of these, in a Loop by its name alone. */
export function translateOutput(
  use: Use,
  site: Site,
  byId: ReadonlyMap<string, SourceTask>,
): OutputTranslation | Obstacle | undefined {
  const [root, id] = use.path;
  const { offset } = use;
  if (id === undefined) return { offset, why: `it takes "${root}" as a whole`, instead: HAND_OUT };
  const named = byId.get(id);
  const of = named ? loopsAround(named) : [];
  if (of.length === 0) return undefined;
  const within = site.task ? loopsAround(site.task) : [];
  if (!of.every((loop) => within.includes(loop)))
    return (
      handedOut(use, site, of) ?? {
        offset,
        why: `"${root}.${id}" is asked for from outside its loop`,
        instead: HAND_OUT,
        of: [of.at(-1)!],
      }
    );
  const replacements = root === 'outputs' && use.path.length === 2 ? ofSameIteration(use, site, of) : undefined;
  if (replacements) return { replacements };
  return {
    offset,
    why: `"${root}.${id}" is not asked for by the values of the loops around it`,
    instead: SAME_ITERATION,
    of,
  };
}

/** Where the name of a task ends: `outputs.t`, `outputs['t']`. */
function endOfName(template: string, offset: number): number | undefined {
  const name = /outputs\s*(?:\.\s*\w+|\[\s*(?:'[^']*'|"[^"]*")\s*\])/y;
  name.lastIndex = offset;
  return name.test(template) ? name.lastIndex : undefined;
}

/** `outputs.t[taskrun.value]` or `currentEachOutput(outputs.t)`: what is left is the name. */
function ofSameIteration(
  { offset }: Use,
  { template, task }: Site,
  of: readonly SourceTask[],
): Replacement[] | undefined {
  const begin = endOfName(template, offset);
  if (begin === undefined) return undefined;
  const call = /currentEachOutput\s*\(\s*(?:outputs\s*=\s*)?$/.exec(template.slice(0, offset));
  const close = /^\s*\)/.exec(template.slice(begin));
  if (call && close)
    return [
      { begin: call.index, end: offset, text: '', of },
      { begin, end: begin + close[0].length, text: '', of },
    ];
  let end = begin;
  for (const loop of of.toReversed()) {
    const open = /^\s*\[\s*/.exec(template.slice(end));
    const value = open && valueAt(template, end + open[0].length);
    const shut = value && /^\s*\]/.exec(template.slice(value.end));
    if (!shut || loopOfValue(value, task!) !== loop) return undefined;
    end = value.end + shut[0].length;
  }
  return [{ begin, end, text: '', of }];
}

/** `outputs.t.a.value` behind a loop over known values: the Loop hands the outputs of `t` out, by its number. */
function handedOut(
  { path, offset }: Use,
  { template, isBehind }: Site,
  of: readonly SourceTask[],
): OutputTranslation | undefined {
  const [root, id, key] = path;
  const [loop, ...more] = of;
  const begin = endOfName(template, offset);
  if (root !== 'outputs' || path.length < 4 || more.length > 0 || !loop || !isBehind || begin === undefined)
    return undefined;
  const index = valuesOf(loop)?.indexOf(key!) ?? -1;
  const subscript = /^\s*(?:\.\s*\w+|\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])/.exec(template.slice(begin));
  if (index < 0 || !subscript || !/^[A-Za-z_]\w*$/.test(loop.id) || loop.data['outputs'] !== undefined)
    return undefined;
  const text = `outputs.${loop.id}.outputs[${index}].outputs`;
  return {
    replacements: [
      { begin: offset, end: offset + 'outputs'.length, text, of },
      { begin, end: begin + subscript[0].length, text: '', of },
    ],
    handOut: { loop, id: id! },
  };
}

/** The values of a loop as texts, where they are written out and differ. */
function valuesOf({ data }: SourceTask): string[] | undefined {
  const values = data['values'] ?? data['value'];
  if (!isJsonList(values) || !values.every(isPlain)) return undefined;
  const texts = values.map(String);
  return new Set(texts).size === texts.length ? texts : undefined;
}

const isPlain = (value: Json): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && !isTemplate(value));
