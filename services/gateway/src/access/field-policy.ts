import type { Permission } from './caller.ts';

/**
 * What a field of the schema needs: by `Type.field`, else by `Type`. A field that is in neither form is denied, and a
 * test fails.
 */
export const FIELD_POLICY: Readonly<Record<string, Permission>> = {
  'Query.version': 'public',
  'Query.flow': 'flow:read',
  'Query.flows': 'flow:read',
  'Query.validateFlow': 'flow:read',
  'Query.execution': 'execution:read',
  'Query.executions': 'execution:read',
  'Query.logs': 'execution:read',
  'Query.namespaces': 'namespace:read',
  'Query.namespace': 'namespace:read',
  'Query.keyValue': 'namespace:read',
  'Query.keyValues': 'namespace:read',
  'Query.namespaceFiles': 'namespace:read',
  'Query.triggers': 'trigger:read',

  'Mutation.saveFlow': 'flow:write',
  'Mutation.deleteFlow': 'flow:write',
  'Mutation.createExecution': 'execution:run',
  'Mutation.createExecutions': 'execution:run',
  'Mutation.killExecution': 'execution:write',
  'Mutation.pauseExecution': 'execution:write',
  'Mutation.resumeExecution': 'execution:write',
  'Mutation.restartExecution': 'execution:run',
  'Mutation.replayExecution': 'execution:run',
  'Mutation.forceRunExecution': 'execution:run',
  'Mutation.setLabels': 'execution:write',
  'Mutation.setTaskRunState': 'execution:write',
  'Mutation.deleteExecution': 'execution:write',
  'Mutation.setKeyValue': 'namespace:write',
  'Mutation.deleteKeyValue': 'namespace:write',
  'Mutation.putNamespaceFile': 'namespace:write',
  'Mutation.deleteNamespaceFile': 'namespace:write',
  'Mutation.moveNamespaceFile': 'namespace:write',
  'Mutation.setTriggerDisabled': 'trigger:write',
  'Mutation.backfill': 'trigger:write',
  'Mutation.unlockTrigger': 'trigger:write',

  'Subscription.events': 'execution:read',
  'Subscription.executionUpdated': 'execution:read',
  'Subscription.executionLogs': 'execution:read',

  Flow: 'flow:read',
  'Flow.executions': 'execution:read',
  'Flow.triggers': 'trigger:read',
  FlowConnection: 'flow:read',
  FlowEdge: 'flow:read',
  FlowFinding: 'flow:read',
  FlowValidation: 'flow:read',
  SaveFlowPayload: 'flow:read',
  DeleteFlowPayload: 'flow:read',

  Execution: 'execution:read',
  'Execution.flow': 'flow:read',
  ExecutionConnection: 'execution:read',
  ExecutionEdge: 'execution:read',
  ExecutionPayload: 'execution:read',
  ExecutionTrigger: 'execution:read',
  DeleteExecutionPayload: 'execution:read',
  StateChange: 'execution:read',
  Evaluation: 'execution:read',
  TaskRun: 'execution:read',
  TaskRunConnection: 'execution:read',
  TaskRunEdge: 'execution:read',
  Attempt: 'execution:read',
  Metric: 'execution:read',
  LogLine: 'execution:read',
  LogBatch: 'execution:read',
  LogConnection: 'execution:read',
  LogEdge: 'execution:read',
  Event: 'execution:read',

  Namespace: 'namespace:read',
  'Namespace.flows': 'flow:read',
  'Namespace.executions': 'execution:read',
  NamespaceConnection: 'namespace:read',
  NamespaceEdge: 'namespace:read',
  NamespaceFile: 'namespace:read',
  NamespaceFilePayload: 'namespace:read',
  KeyValue: 'namespace:read',
  KeyValuePayload: 'namespace:read',
  ChangedPayload: 'namespace:read',

  Trigger: 'trigger:read',
  TriggerPayload: 'trigger:read',
  Backfill: 'trigger:read',

  // Parts that stand under fields with a permission of their own.
  Label: 'public',
  PageInfo: 'public',
  UserError: 'public',
};

/** The permission that a field needs; `undefined` denies. Introspection is for those who may use the system at all. */
export function permissionOfField(type: string, field: string): Permission | undefined {
  if (type.startsWith('__') || field.startsWith('__')) return 'system:read';
  return FIELD_POLICY[`${type}.${field}`] ?? FIELD_POLICY[type];
}
