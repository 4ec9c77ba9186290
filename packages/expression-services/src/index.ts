export { createExpressionServices } from './expression-services.ts';
export { findNamespaceFile } from './find-namespace-file.ts';
