import { parseAllDocuments, isAlias, isMap, isScalar, isSeq, type Document, type ParsedNode } from 'yaml';
import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { Decimal, setOwn, type Value } from '../json.ts';

const DEEPEST = 200;
/** Tags of YAML 1.1 that would make something other than JSON, or take `12:30` for a number. */
const UNWANTED = /timestamp|binary|omap|pairs|set$/;

/**
 * Reads the first document of a YAML 1.1 text: `yes` is true and `010` is 8, but dates stay text.
 * @throws {ExpressionError} EXPRESSION_VALUE when it is not YAML, or empty.
 */
export function readYaml(text: string, budget: Budget): Value {
  budget.grow(text.length);
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
  return valueOf(first.contents, first, budget, 0);
}

function valueOf(node: ParsedNode | null, document: Document.Parsed, budget: Budget, depth: number): Value {
  budget.step(1);
  if (depth > DEEPEST) throw valueError(`The YAML is nested deeper than ${DEEPEST}`);
  if (isAlias(node)) return valueOf((node.resolve(document) ?? null) as ParsedNode | null, document, budget, depth + 1);
  if (isScalar(node)) return scalarOf(node.value, typeof node.source === 'string' ? node.source : '');
  if (isSeq(node)) return node.items.map((item) => valueOf(item as ParsedNode, document, budget, depth + 1));
  if (!isMap(node)) return null;
  const map: Record<string, Value> = {};
  for (const { key, value } of node.items)
    setOwn(map, keyOf(key as ParsedNode), valueOf(value as ParsedNode | null, document, budget, depth + 1));
  return map;
}

function keyOf(key: ParsedNode): string {
  if (!isScalar(key)) throw valueError('A key of a YAML map must be a text');
  return typeof key.source === 'string' ? key.source : String(key.value);
}

function scalarOf(value: unknown, source: string): Value {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw valueError(`"${source}" is no number here`);
    return Number.isInteger(value) && /[.eE]/.test(source) && !/^[-+]?0x/i.test(source) ? new Decimal(value) : value;
  }
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  return value === null || value === undefined ? null : source;
}
