import { Liquid } from 'liquidjs';
import { BlockTag } from './tags/block-tag.ts';
import { FilterTag } from './tags/filter-tag.ts';
import { ForTag } from './tags/for-tag.ts';
import { IfTag } from './tags/if-tag.ts';
import { MacroTag } from './tags/macro-tag.ts';
import { SetTag } from './tags/set-tag.ts';

/** Liquid's tags that read files or look for templates by name; `raw` is our tokenizer's affair. */
const REMOVED_TAGS = ['include', 'render', 'layout', 'raw'];

/**
 * The Liquid engine as we use it: no files, own properties only, our tags beside its own. Its limits are off, because
 * they count time; our budget takes their place.
 */
export function newEngine(sourceLimit: number): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    templates: {},
    parseLimit: sourceLimit,
    renderLimit: Number.POSITIVE_INFINITY,
    memoryLimit: Number.POSITIVE_INFINITY,
  });
  for (const name of REMOVED_TAGS) delete liquid.tags[name];
  const own = { block: BlockTag, filter: FilterTag, for: ForTag, if: IfTag, macro: MacroTag, set: SetTag };
  for (const [name, tag] of Object.entries(own))
    liquid.registerTag(name, tag as unknown as Parameters<Liquid['registerTag']>[1]);
  return liquid;
}
