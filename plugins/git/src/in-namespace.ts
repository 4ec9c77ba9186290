/** The source of a flow with another namespace; comments and all else stay as they are. */
export function inNamespace(source: string, namespace: string): string {
  const line = /^namespace[ \t]*:.*$/m;
  return line.test(source)
    ? source.replace(line, () => `namespace: ${namespace}`)
    : `namespace: ${namespace}\n${source}`;
}
