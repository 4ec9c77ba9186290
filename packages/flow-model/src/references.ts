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
  const elsewhere = new Set<string>();
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
      else {
        outputs.add(first);
        if (!isReadAtOwnIteration(template, first)) elsewhere.add(first);
      }
    }
  };
  for (const value of values) eachTemplate(value, visit);
  const own = new Set([...outputs].filter((id) => !elsewhere.has(id)));
  return { outputs: all ? 'all' : outputs, own, names: all ? 'all' : names, needsIo };
}

/**
 * Whether a template reads the outputs of a task nowhere but at the iteration it is rendered in. What is written in
 * another way counts as read elsewhere: then all iterations are handed over, which is slower and never wrong.
 */
function isReadAtOwnIteration(template: string, id: string): boolean {
  const name = id.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`);
  const value = String.raw`\s*\[\s*(?:taskrun|parent\.taskrun|parents\[\d+\]\.taskrun)\.value\s*\]`;
  const anywhere = new RegExp(String.raw`\boutputs\s*(?:\.\s*${name}\b|\[\s*['"]${name}['"]\s*\])`, 'g');
  const own = new RegExp(anywhere.source + value, 'g');
  const found = template.match(anywhere)?.length ?? 0;
  return found > 0 && found === (template.match(own)?.length ?? 0);
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
