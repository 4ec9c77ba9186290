import { Findings } from './finding.ts';
import { isJsonMap } from './json.ts';
import { parseYaml } from './yaml/parse-yaml.ts';

/** Namespace and id that a source names, as far as it can be read; nothing is checked. */
export function identifyFlow(source: string): { readonly namespace?: string; readonly id?: string } {
  const data = parseYaml(source, new Findings())?.data;
  if (!isJsonMap(data)) return {};
  const { namespace, id } = data;
  return { ...(typeof namespace === 'string' && { namespace }), ...(typeof id === 'string' && { id }) };
}
