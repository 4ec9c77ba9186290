import type { Json } from './json.ts';
import type { References, TemplateReader } from './plan.ts';
import { isTemplate } from './template-text.ts';

/** Whether any text within a value is a template. */
export function holdsTemplate(value: Json | undefined): boolean {
  if (typeof value === 'string') return isTemplate(value);
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(holdsTemplate);
  return Object.entries(value).some(([key, item]) => isTemplate(key) || holdsTemplate(item));
}

/**
 * What the templates within some values refer to.
 * A template that does not parse refers to everything: its error shows when it is rendered.
 */
export function referencesOf(
  values: Iterable<Json | undefined>,
  reader: TemplateReader,
  secretInputs: ReadonlySet<string>,
): References {
  const outputs = new Set<string>();
  const names = new Set<string>();
  let all = false;
  let needsIo = false;
  const visit = (template: string): void => {
    const found = referencesIn(template, reader);
    if (!found) {
      all = true;
      return;
    }
    needsIo ||= found.needsIo;
    all ||= found.rendersText;
    for (const [root, first] of found.paths) {
      if (root !== undefined) names.add(root);
      if (root === 'inputs') needsIo ||= first === undefined ? secretInputs.size > 0 : secretInputs.has(first);
      if (root !== 'outputs') continue;
      if (first === undefined) all = true;
      else outputs.add(first);
    }
  };
  for (const value of values) eachTemplate(value, visit);
  return { outputs: all ? 'all' : outputs, names: all ? 'all' : names, needsIo };
}

function referencesIn(template: string, reader: TemplateReader) {
  try {
    return reader.references(template);
  } catch {
    return undefined;
  }
}

function eachTemplate(value: Json | undefined, visit: (template: string) => void): void {
  if (typeof value === 'string') {
    if (isTemplate(value)) visit(value);
  } else if (Array.isArray(value)) for (const item of value) eachTemplate(item, visit);
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value)) {
      eachTemplate(key, visit);
      eachTemplate(item, visit);
    }
}
