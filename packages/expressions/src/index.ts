export { Budget } from './budget.ts';
export type { Awaitable, Call, HttpRequest, LogLine, Services } from './call.ts';
export {
  checkCase,
  servicesOf,
  type ExpressionCase,
  type ExpressionDifference,
  type ExpressionFixtures,
} from './conformance.ts';
export { ExpressionError, type ExpressionErrorCode } from './expression-error.ts';
export { Expressions, isTemplate, type ExpressionsOptions, type Finding } from './expressions.ts';
export { positionInScalar, type YamlScalar } from './position-in-scalar.ts';
export type { Json, Value, Vars } from './json.ts';
export { LANGUAGE } from './language-reference.ts';
export type { References } from './language/references.ts';
export type { Use } from './language/uses.ts';
export type { Extension, FilterDeclaration, FunctionDeclaration, TestDeclaration } from './library/declaration.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
