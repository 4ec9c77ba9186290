/** Namespaces with all above them, in order: `a.b.c` brings `a` and `a.b`. */
export function withParents(namespaces: readonly string[]): string[] {
  const all = new Set(namespaces.flatMap((namespace) => lineage(namespace)));
  return [...all].sort();
}

function lineage(namespace: string): string[] {
  const parts = namespace.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}
