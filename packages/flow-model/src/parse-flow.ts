import type { Catalogue } from './catalogue.ts';
import { checkFlow, type CheckOptions } from './check/check-flow.ts';
import { Findings, pathText, type Finding, type RawFinding } from './finding.ts';
import type { Flow } from './flow.ts';
import { isJsonMap } from './json.ts';
import { placed, type PluginDefault } from './read/plugin-defaults.ts';
import { readFlow } from './read/read-flow.ts';
import { Origins } from './read/reader.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import type { SourceDocument } from './yaml/source-document.ts';

export interface ParseOptions extends CheckOptions {
  readonly defaults?: {
    readonly namespace?: readonly PluginDefault[];
    readonly installation?: readonly PluginDefault[];
  };
  /** Line of the first line of the source in the file it comes from; 1 when absent. */
  readonly firstLine?: number;
}

export interface ParsedFlow {
  /** Absent when the source is no YAML, or no map; with ERROR findings it is what could be read. */
  readonly flow?: Flow;
  /** By place; every fault at once. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a flow in any of the three dialects, merges plugin defaults and checks it. Nothing is thrown for a bad flow:
 * one with an ERROR among its findings must not be saved.
 */
export function parseFlow(source: string, catalogue: Catalogue, options: ParseOptions = {}): ParsedFlow {
  const findings = new Findings();
  const document = parseYaml(source, findings);
  if (!document) return { findings: place(findings.all, undefined, options) };
  if (!isJsonMap(document.data)) {
    findings.error([], 'FLOW_INVALID', 'A flow is a map with "id", "namespace" and "tasks".');
    return { findings: place(findings.all, document, options) };
  }
  const defaults = [...placed(0, options.defaults?.installation), ...placed(1, options.defaults?.namespace)];
  const reader = { catalogue, findings, defaults, origins: new Origins() };
  const flow = readFlow(document.data, reader);
  checkFlow(flow, { ...reader, document }, options);
  return { flow, findings: place(findings.all, document, options) };
}

/** Whether a flow with these findings may be saved. */
export const isValid = (findings: readonly Finding[]): boolean =>
  findings.every(({ severity }) => severity !== 'ERROR');

/** More findings than this help nobody, and would not fit into a message. */
const MOST_FINDINGS = 200;

/** The first findings, errors before others, with how many there are beyond them. */
function bounded(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MOST_FINDINGS) return findings;
  const kept = findings.toSorted((left, right) => rank(left) - rank(right)).slice(0, MOST_FINDINGS);
  const message = `${findings.length - MOST_FINDINGS} more faults and remarks are not shown.`;
  return [...kept, { severity: isValid(findings) ? 'INFO' : 'ERROR', code: 'FINDINGS_LEFT_OUT', message, path: '' }];
}

const rank = ({ severity }: Finding): number => ['ERROR', 'WARNING', 'INFO'].indexOf(severity);

/** A plugin default that many tasks take is checked with each of them. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ line, column, code, message }: Finding): string => `${line}:${column} ${code} ${message}`;
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}

function place(
  raw: readonly RawFinding[],
  document: SourceDocument | undefined,
  options: ParseOptions,
): readonly Finding[] {
  const firstLine = options.firstLine ?? 1;
  const placed = raw
    .map(({ path, onKey, place: known, ...finding }) => {
      const at = known ?? document?.place(path, onKey) ?? { line: 1, column: 1 };
      return { ...finding, path: pathText(path), line: at.line + firstLine - 1, column: at.column };
    })
    .toSorted((left, right) => left.line - right.line || left.column - right.column);
  return bounded(once(placed));
}
