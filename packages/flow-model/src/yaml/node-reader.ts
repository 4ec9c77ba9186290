import { isAlias, isMap, isScalar, type LineCounter, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'; // prettier-ignore
import type { Findings, Path, Place } from '../finding.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { LIMITS } from './limits.ts';
import { plainScalar } from './plain-scalar.ts';
import { unquotedTemplate } from './unquoted-template.ts';

type BlockMap = YAMLMap<Node, Node | null>;

/** Turns the nodes of one document into JSON, and reports what YAML allows and flows do not. */
export class NodeReader {
  readonly #source: string;
  readonly #lines: LineCounter;
  readonly #findings: Findings;
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(source: string, lines: LineCounter, findings: Findings) {
    this.#source = source;
    this.#lines = lines;
    this.#findings = findings;
  }

  read(node: Node | null, path: Path): Json {
    if (++this.#values > LIMITS.values) return this.#overflow(path);
    if (path.length > LIMITS.nesting) return this.#tooDeep(path);
    if (isAlias(node)) return this.#alias(node.source, path);
    const value = this.#value(node, path);
    // Only now: an alias within what it names would never end.
    if (node?.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return value;
  }

  #value(node: Node | null, path: Path): Json {
    if (isScalar(node)) return this.#scalar(node, path);
    if (isMap(node)) return this.#map(node as BlockMap, path);
    if (node && 'items' in node) return (node.items as Node[]).map((item, index) => this.read(item, [...path, index]));
    return null;
  }

  #scalar(node: Scalar, path: Path): Json {
    const text = String(node.value);
    if (node.type !== 'PLAIN' || node.tag === 'tag:yaml.org,2002:str') return text;
    const value = plainScalar(text);
    if (typeof value === 'number' && /^[-+]?\d+$/.test(text) && !Number.isSafeInteger(value))
      this.#findings.warning(path, 'NUMBER_TOO_LARGE', `The number ${text} cannot be held exactly.`, {
        hint: `Write it as text: "${text}".`,
      });
    return value;
  }

  #alias(name: string, path: Path): Json {
    const target = this.#anchors.get(name);
    if (target) return this.read(target, path);
    this.#findings.error(path, 'YAML_ALIAS_UNKNOWN', `Nothing is anchored as "&${name}" before this alias.`);
    return null;
  }

  #map(node: BlockMap, path: Path): Json {
    if (node.flow && node.items.some(({ key }) => !isScalar(key))) return this.#unquoted(node, path);
    const entries = new Map<string, Json>();
    const merged: JsonMap[] = [];
    for (const pair of node.items) {
      const name = keyText(pair);
      const value = (): Json => this.read(pair.value, [...path, name]);
      if (name === '<<' && (isAlias(pair.value) || isMap(pair.value))) merged.push(...mapsOf(value()));
      else if (entries.has(name)) this.#duplicate(pair, [...path, name], name);
      else entries.set(name, value());
    }
    return Object.fromEntries([...merged.flatMap((map) => Object.entries(map)), ...entries]);
  }

  /** `{{ inputs.x }}` without quotes is a map in a map to YAML; the text was meant, and reading goes on with it. */
  #unquoted(node: BlockMap, path: Path): Json {
    const [start, end] = node.range ?? [0, 0];
    const text = this.#source.slice(start, end).trim();
    const { code, message, hint } = unquotedTemplate(text);
    this.#findings.error(path, code, message, { hint });
    return text;
  }

  #duplicate(pair: Pair<Node, Node | null>, path: Path, name: string): void {
    this.#findings.error(path, 'YAML_DUPLICATE_KEY', `Duplicate key "${name}".`, {
      place: this.#place(pair.key),
      hint: 'Keep one of them: only one could count.',
    });
  }

  #overflow(path: Path): null {
    if (this.#values === LIMITS.values + 1)
      this.#findings.error(path, 'YAML_TOO_LARGE', `More than ${LIMITS.values} values, once aliases are followed.`);
    return null;
  }

  #tooDeep(path: Path): null {
    this.#findings.error(path, 'YAML_TOO_DEEP', `More than ${LIMITS.nesting} maps and lists in one another.`);
    return null;
  }

  #place(node: Node): Place {
    const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0);
    return { line, column: col };
  }
}

const keyText = ({ key }: Pair<Node, Node | null>): string => (isScalar(key) ? String(key.value) : '');

/** The maps of a merge key: one, or a list in which the first wins, so that it comes last here. */
function mapsOf(value: Json): JsonMap[] {
  if (isJsonList(value)) return value.toReversed().flatMap(mapsOf);
  return isJsonMap(value) ? [value] : [];
}
