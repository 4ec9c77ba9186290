import { UserError } from '@tutti/service-kit';

const NAMESPACE = /^[a-z0-9][a-z0-9._-]*$/;

/** A namespace and those it lies in, nearest first: `a.b.c`, `a.b`, `a`. */
export function lineage(namespace: string): string[] {
  const steps = namespace.split('.');
  return steps.map((_, index) => steps.slice(0, steps.length - index).join('.'));
}

/** @throws {UserError} NAMESPACE_INVALID */
export function requireNamespace(namespace: string): void {
  if (NAMESPACE.test(namespace) && namespace.length <= 150) return;
  throw new UserError(
    'NAMESPACE_INVALID',
    `namespace: must match "${NAMESPACE.source}" and have at most 150 characters.`,
    {
      hint: 'Use lower-case letters, digits, ".", "_" and "-".',
    },
  );
}
