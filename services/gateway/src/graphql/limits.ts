import { GraphQLError, Kind } from 'graphql';
import type { ASTVisitor, DocumentNode, FieldNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionSetNode, ValidationContext } from 'graphql'; // prettier-ignore

/** Bounds of a document, checked once when it is seen the first time. */
export const LIMITS = {
  depth: 12,
  aliases: 30,
  rootFields: 20,
  directives: 20,
  tokens: 5_000,
  /** Items of all lists, nested ones multiplied. */
  cost: 100_000,
} as const;

/** Reason of the refusals, as users see it. */
export const TOO_COSTLY = 'QUERY_TOO_COSTLY';

interface Measure {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
}

/** Most fields of a document with its fragments spread; beyond it nothing more is counted. */
const MAX_FIELDS = 5_000;

/** Refuses documents that are too deep or too wide. Fragments count wherever they are spread. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const measure = measureOperation(context.getDocument(), operation);
      const refuse = (what: string, limit: number): void =>
        context.reportError(
          new GraphQLError(`The query has ${what}; at most ${limit} are allowed.`, {
            nodes: operation,
            extensions: { reason: TOO_COSTLY },
          }),
        );
      const { depth, aliases, directives, fields } = measure;
      if (depth > LIMITS.depth) refuse(`more than ${LIMITS.depth} levels`, LIMITS.depth);
      if (aliases > LIMITS.aliases) refuse(`${aliases} aliases`, LIMITS.aliases);
      if (directives > LIMITS.directives) refuse(`${directives} directives`, LIMITS.directives);
      if (fields > MAX_FIELDS) refuse(`more than ${MAX_FIELDS} fields`, MAX_FIELDS);
      const roots = operation.selectionSet.selections.length;
      if (roots > LIMITS.rootFields) refuse(`${roots} fields at its root`, LIMITS.rootFields);
    },
  };
}

/** A question about the schema. */
export const isIntrospection = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';

function measureOperation(document: DocumentNode, operation: OperationDefinitionNode): Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const total = { depth: 0, fields: 0, aliases: 0, directives: operation.directives?.length ?? 0 };
  // Questions about the schema itself are deep by nature; graphql's own MaxIntrospectionDepthRule bounds them.
  const walk = (set: SelectionSetNode, depth: number, inside: ReadonlySet<string>): void => {
    total.depth = Math.max(total.depth, depth);
    for (const selection of set.selections) {
      if (total.fields > MAX_FIELDS || total.depth > LIMITS.depth) return;
      total.fields++;
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        if (selection.alias) total.aliases++;
        if (selection.selectionSet)
          walk(selection.selectionSet, isIntrospection(selection) ? -Infinity : depth + 1, inside);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, depth, inside);
      } else {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (fragment && !inside.has(name)) walk(fragment.selectionSet, depth, new Set([...inside, name]));
      }
    }
  };
  walk(operation.selectionSet, 1, new Set());
  return total;
}
