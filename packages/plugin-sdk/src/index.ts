export { TaskError, type TaskErrorOptions } from './errors.ts';
export { s, property, optionsOf, parseDuration, type PropertyOptions, type z } from './schema.ts';
export { parseProperties } from './parse-properties.ts';
export { matchesAnyGlob } from './globs.ts';
export {
  collectFiles,
  parseInputFiles,
  withLocalCopies,
  workingFileProperties,
  writeInputFiles,
  type InputFiles,
} from './working-files.ts';
export { pathWithin } from './path-within.ts';
export { getPacked, setPacked } from './packed-values.ts';
export { bindParameters, firstWord, splitStatements, type SqlStatement } from './sql/split-statements.ts';
export {
  fetchOutputs,
  fetchProperties,
  fetchTypeOf,
  takeRows,
  type Fetched,
  type FetchType,
  type Row,
} from './sql/fetch.ts';
export { itemsOf, type Item } from './items/items.ts';
export { partsOf } from './items/parts.ts';
export * from './declare.ts';
export type * from './context.ts';
export { jsonSchemaOf } from './json-schema.ts';
export { createCatalogue, type TaskCatalogue } from './catalogue.ts';
export type { Json, JsonMap, PureContext, PureResult, ControlKind } from '@tutti/flow-model';
