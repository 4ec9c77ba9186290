import { Findings } from '../finding.ts';
import type { Json } from '../json.ts';
import { parseYaml } from './parse-yaml.ts';

/**
 * The value of a YAML (or JSON) text, read the way flows are.
 * @throws {SyntaxError} saying what is wrong.
 */
export function parseValue(text: string): Json {
  const findings = new Findings();
  const document = parseYaml(text, findings);
  const fault = findings.all.find(({ severity }) => severity === 'ERROR');
  if (!document || fault) throw new SyntaxError(fault?.message ?? 'It is not valid YAML.');
  return document.data;
}
