import { Composer, LineCounter, Parser, type CST, type Document, type YAMLParseError } from 'yaml';
import type { Findings, Place } from '../finding.ts';
import { LIMITS } from './limits.ts';
import { sourceDocument, type SourceDocument } from './source-document.ts';
import { repairLine, unquotedTemplate } from './unquoted-template.ts';

/** Every scalar as the text it is: {@link plainScalar} gives the unquoted ones their types. */
const OPTIONS = { schema: 'failsafe', version: '1.1', stringKeys: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const; // prettier-ignore

/**
 * Reads the YAML of one flow. Syntax errors are reported and give `undefined`; where only the quotes of an expression
 * are missing, that is reported and reading goes on, so that the faults below it are found too.
 */
export function parseYaml(source: string, findings: Findings): SourceDocument | undefined {
  if (source.length > LIMITS.length) {
    findings.error([], 'YAML_TOO_LARGE', `A flow may have ${LIMITS.length} characters; this one has ${source.length}.`);
    return undefined;
  }
  const parsed = compose(source);
  if ('fault' in parsed) {
    findings.error([], parsed.code, parsed.fault, { place: { line: 1, column: 1 } });
    return undefined;
  }
  const errors = parsed.document.errors.filter(({ code }) => code !== 'NON_STRING_KEY');
  if (errors.length === 0) return sourceDocument(source, parsed.document, parsed.lines, findings);
  return parseRepaired(source, errors, parsed.lines, findings);
}

interface Composed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function compose(source: string): Composed | { readonly code: string; readonly fault: string } {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(source)];
  if (tokens.some((token) => nestingOf(token) > LIMITS.nesting))
    return { code: 'YAML_TOO_DEEP', fault: `More than ${LIMITS.nesting} maps and lists in one another.` };
  const documents = [...new Composer({ ...OPTIONS, lineCounter: lines }).compose(tokens, true, source.length)];
  const [document] = documents as Document.Parsed[];
  if (!document?.contents) return { code: 'YAML_EMPTY', fault: 'There is no flow in this source.' };
  if (documents.length > 1) return { code: 'YAML_SEVERAL', fault: `One flow was expected; these are ${documents.length}, separated by "---".` }; // prettier-ignore
  return { document, lines };
}

/** Deepest nesting of a token; not recursive, because what it guards is the recursion of the composer. */
function nestingOf(root: CST.Token): number {
  let deepest = 0;
  const open: { token: CST.Token; depth: number }[] = [{ token: root, depth: 0 }];
  for (let at = open.pop(); at; at = open.pop()) {
    deepest = Math.max(deepest, at.depth);
    const { token, depth } = at;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth: depth + 1 });
    if ('items' in token)
      for (const { key, value } of token.items as CST.CollectionItem[])
        for (const child of [key, value]) if (child) open.push({ token: child, depth: depth + 1 });
  }
  return deepest;
}

/** Quotes the expressions at the lines of the errors and tries once more; only what is still wrong is a syntax error. */
function parseRepaired(
  source: string,
  errors: readonly YAMLParseError[],
  lines: LineCounter,
  findings: Findings,
): SourceDocument | undefined {
  const text = source.split('\n');
  for (const line of new Set(errors.map(({ pos }) => lines.linePos(pos[0]).line))) {
    const repair = repairLine(text[line - 1] ?? '');
    if (!repair) continue;
    text[line - 1] = repair.repaired;
    const { code, message, hint } = unquotedTemplate(repair.text);
    findings.error([], code, message, { hint, place: { line, column: repair.column + 1 } });
  }
  const again = compose(text.join('\n'));
  const left = 'fault' in again ? errors : again.document.errors.filter(({ code }) => code !== 'NON_STRING_KEY');
  if ('fault' in again || left.length > 0) {
    for (const error of left) report(error, 'fault' in again ? lines : again.lines, findings);
    return undefined;
  }
  return sourceDocument(text.join('\n'), again.document, again.lines, findings);
}

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BLOCK_AS_IMPLICIT_KEY: 'Quote a value that contains ": ".',
  MULTILINE_IMPLICIT_KEY: 'A line without ": " stands where a property was expected; check its indentation.',
  BAD_INDENT: 'Give the properties of one map the same indentation.',
  MISSING_CHAR: 'Close the quote or bracket that is open here.',
  BAD_ALIAS: 'Quote a value that begins with "*" or "&".',
};

function report({ code, message, pos }: YAMLParseError, lines: LineCounter, findings: Findings): void {
  const { line, col } = lines.linePos(pos[0]);
  const place: Place = { line, column: col };
  findings.error([], 'YAML_INVALID', `This is not valid YAML: ${message}.`, { place, hint: HINTS[code] });
}
