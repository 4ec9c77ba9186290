import { parseAllDocuments, isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { Decimal, setOwn, type Value } from '../json.ts';

const DEEPEST = 200;
/** The parser is thorough, and slow. */
const STEPS_PER_CHARACTER = 4;
/** Tags of YAML 1.1 that would make something other than JSON, or take `12:30` for a number. */
const UNWANTED = /timestamp|binary|omap|pairs|set$/;

/**
 * Reads the first document of a YAML 1.1 text: `yes` is true and `010` is 8, but dates stay text.
 * @throws {ExpressionError} EXPRESSION_VALUE when it is not YAML, or empty.
 */
export function readYaml(text: string, budget: Budget): Value {
  budget.step(text.length * STEPS_PER_CHARACTER);
  const documents = parseAllDocuments(text, {
    version: '1.1',
    prettyErrors: false,
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === 'string' || (!UNWANTED.test(tag.tag) && !('format' in tag && tag.format === 'TIME')),
      ),
  });
  const [first] = Array.isArray(documents) ? documents : [];
  if (!first?.contents || (isScalar(first.contents) && first.contents.source === ''))
    throw valueError('The text is not YAML: it is empty');
  const [fault] = first.errors;
  if (fault) throw valueError(`The text is not YAML: ${fault.message}`, { cause: fault });
  return new NodeReader(budget).valueOf(first.contents, 0);
}

/** Turns nodes into values. What an alias stands for is made once and shared, so that aliases of aliases cost nothing. */
class NodeReader {
  private readonly budget: Budget;
  private readonly anchors = new Map<string, Value>();

  constructor(budget: Budget) {
    this.budget = budget;
  }

  valueOf(node: ParsedNode | null, depth: number): Value {
    this.budget.step(1);
    if (depth > DEEPEST) throw valueError(`The YAML is nested deeper than ${DEEPEST}`);
    if (isAlias(node)) return this.anchored(node.source);
    const value = this.contentOf(node, depth);
    if (node && 'anchor' in node && node.anchor !== undefined) this.anchors.set(node.anchor, value);
    return value;
  }

  private anchored(name: string): Value {
    const value = this.anchors.get(name);
    if (value === undefined) throw valueError(`The YAML has an alias "${name.slice(0, 40)}" of nothing before it`);
    return value;
  }

  private contentOf(node: ParsedNode | null, depth: number): Value {
    if (isScalar(node)) return scalarOf(node.value, typeof node.source === 'string' ? node.source : '');
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item as ParsedNode, depth + 1));
    if (!isMap(node)) return null;
    const map: Record<string, Value> = {};
    for (const { key, value } of node.items)
      setOwn(map, this.keyOf(key as ParsedNode), this.valueOf(value as ParsedNode | null, depth + 1));
    return map;
  }

  private keyOf(key: ParsedNode): string {
    if (isAlias(key)) return keyText(this.anchored(key.source));
    if (!isScalar(key)) throw valueError('A key of a YAML map must be a text');
    const text = typeof key.source === 'string' ? key.source : String(key.value);
    if (key.anchor !== undefined) this.anchors.set(key.anchor, text);
    return text;
  }
}

function keyText(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw valueError('A key of a YAML map must be a text');
}

function scalarOf(value: unknown, source: string): Value {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw valueError(`"${source}" is no number here`);
    return Number.isInteger(value) && /[.eE]/.test(source) && !/^[-+]?0x/i.test(source) ? new Decimal(value) : value;
  }
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  return value === null || value === undefined ? null : source;
}
