const SCHEME = 'kestra:///';

/** Whether a text is the address of a file in internal storage. */
export const isStorageUri = (text: string): boolean => text.startsWith(SCHEME);

/** Folder of everything that an execution stores. */
export const executionFolder = (owner: {
  readonly namespace: string;
  readonly flowId: string;
  readonly executionId: string;
}): string => `${SCHEME}${owner.namespace.replaceAll('.', '/')}/${owner.flowId}/executions/${owner.executionId}`;

/** Folder of what a task of a flow keeps from one execution to the next. */
export const cacheFolder = (owner: {
  readonly namespace: string;
  readonly flowId: string;
  readonly taskId: string;
}): string => `${SCHEME}${owner.namespace.replaceAll('.', '/')}/${owner.flowId}/_cache/${owner.taskId}`;

/** Where the content of a namespace file lies. */
export const namespaceFileUri = (namespace: string, path: string): string =>
  `${SCHEME}${namespace.replaceAll('.', '/')}/_files${absolutePath(path).split('/').map(encodeURIComponent).join('/')}`;

/**
 * A path within a namespace, absolute and without detours: `a/./b` becomes `/a/b`; `nsfile:///` in front is dropped.
 * Steps above the root stay at the root.
 */
export function absolutePath(path: string): string {
  const steps: string[] = [];
  for (const step of path.replace(/^nsfile:\/\//, '').split('/'))
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  return `/${steps.join('/')}`;
}
