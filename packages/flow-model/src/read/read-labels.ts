import { isJsonList, isJsonMap, type Json } from '../json.ts';
import type { Findings, Path } from '../finding.ts';

/** The one system label that a flow may carry itself. */
const OWN_SYSTEM_LABEL = 'system.readOnly';

/** Labels as a map, or as a list of `{key, value}`; scalar values become text. */
export function readLabels(source: Json | undefined, path: Path, findings: Findings): Readonly<Record<string, string>> {
  if (source === undefined || source === null) return {};
  const entries = pairs(source, path, findings);
  for (const { key, value, at } of entries) {
    if (key.startsWith('system.') && key !== OWN_SYSTEM_LABEL)
      findings.error(at, 'LABEL_SYSTEM', `System labels can only be set by Tutti itself, offending label: ${key}=${value}.`, { onKey: true }); // prettier-ignore
    if (key === '') findings.error(at, 'LABEL_INVALID', 'A label needs a key.');
  }
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

interface Pair {
  readonly key: string;
  readonly value: string;
  readonly at: Path;
}

function pairs(source: Json, path: Path, findings: Findings): Pair[] {
  if (isJsonMap(source))
    return Object.entries(source).flatMap(([key, value]) => pair(key, value, [...path, key], findings));
  if (!isJsonList(source)) {
    findings.error(path, 'LABEL_INVALID', 'Labels are a map, or a list of "key" and "value".');
    return [];
  }
  return source.flatMap((entry, index) => {
    const at = [...path, index];
    if (isJsonMap(entry) && typeof entry['key'] === 'string') return pair(entry['key'], entry['value'], at, findings);
    findings.error(at, 'LABEL_INVALID', 'A label is a map with "key" and "value".');
    return [];
  });
}

function pair(key: string, value: Json | undefined, at: Path, findings: Findings): Pair[] {
  if (value !== undefined && (value === null || typeof value === 'object')) {
    findings.error(at, 'LABEL_INVALID', `The label "${key}" must be text.`);
    return [];
  }
  return [{ key, value: String(value ?? ''), at }];
}
