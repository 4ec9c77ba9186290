import type {
  AppliedReply,
  AttemptEnded,
  AttemptSnapshot,
  Backfill,
  BackfillTrigger,
  ChangedReply,
  ChildReport,
  ClaimAttempt,
  ClaimReply,
  CreateExecution,
  DeleteFlow,
  DeleteFlowReply,
  DeleteKeyValue,
  DeleteKeyValueReply,
  DeleteNamespaceFile,
  DeleteSecret,
  ExecutionCommand,
  ExecutionCounts,
  ExecutionEvent,
  ExecutionPage,
  ExecutionQuery,
  ExecutionReply,
  ExecutionSnapshot,
  FlowCount,
  FlowEvent,
  FlowFinding,
  FlowRecord,
  FoundExecution,
  GetExecutionLogs,
  GetFlow,
  GetFlowReply,
  GetKeyValue,
  GetKeyValueReply,
  GetNamespace,
  GetNamespaceFile,
  GetNamespaceFileReply,
  GetSecret,
  GetSecretReply,
  HealthReply,
  Heartbeat,
  HeartbeatReply,
  HeldAttempt,
  KeyValue,
  KillTask,
  Label,
  ListFlows,
  ListFlowsReply,
  ListKeyValues,
  ListKeyValuesReply,
  ListNamespaceFiles,
  ListNamespaceFilesReply,
  ListNamespacesReply,
  ListRevisions,
  ListRevisionsReply,
  ListSecrets,
  ListSecretsReply,
  ListTriggers,
  ListTriggersReply,
  LogBatch,
  LogLine,
  LogLines,
  LogPage,
  Metric,
  MoveNamespaceFile,
  NamespaceFile,
  NamespaceRecord,
  ParentTaskRun,
  PurgeExecution,
  PurgeKeyValues,
  PurgeKeyValuesReply,
  PurgeLogLines,
  PurgeLogLinesReply,
  PurgeReply,
  PutNamespaceFile,
  RunTask,
  SaveFlow,
  SaveFlowReply,
  SearchFlows,
  SetKeyValue,
  SetSecret,
  SetTriggerDisabled,
  StateChange,
  StoredValue,
  SubflowReport,
  TaskEffects,
  TaskFailure,
  TaskRunEvent,
  TaskRunSnapshot,
  TriggerContext,
  TriggerReply,
  TriggerState,
  UnlockTrigger,
  ValidateFlows,
  ValidateFlowsReply,
  WebhookCall,
  WebhookReply,
  Work,
} from '../index.ts';
import { sample, type Sample } from './sample.ts';

const NOW_MS = 1_767_225_600_123;
const EXECUTION_ID = '0UVMsrBzKJ3xY7aBcDeF9Z';
const ATTEMPT = { executionId: EXECUTION_ID, taskRunId: `${EXECUTION_ID}-1`, attempt: 1 };
const HELD = { ...ATTEMPT, lease: NOW_MS };
const FLOW = { namespace: 'company.team', flowId: 'hello' };
const TRIGGER_REF = { ...FLOW, triggerId: 'daily' };
const ANY_JSON = { text: 'ü', number: 1.5, none: null, list: [1, 'a', { deep: true }], map: { empty: {} } };

const LABEL: Label = { key: 'team', value: 'data' };
const TRIGGER: TriggerContext = { id: 'daily', type: 'core.trigger.Schedule', variables: ANY_JSON };
const FAILURE: TaskFailure = { code: 'HTTP_STATUS', message: 'The server answered 503.', retryable: true };
const METRIC: Metric = { name: 'rows', type: 'counter', value: 12 };
const LINE: LogLine = {
  id: 9_007_199_254_740_991,
  source: 0,
  executionId: EXECUTION_ID,
  atMs: NOW_MS,
  level: 'INFO',
  message: 'Hello',
};
const HISTORY: StateChange = { state: 'CREATED', atMs: NOW_MS };
const ATTEMPT_SNAPSHOT: AttemptSnapshot = { attempt: 1, cause: 'FIRST', state: 'RUNNING' };
const EXECUTION: ExecutionSnapshot = {
  id: EXECUTION_ID,
  ...FLOW,
  flowRevision: 3,
  state: 'RUNNING',
  histories: [HISTORY],
  version: 0,
  labels: [LABEL],
  originalId: EXECUTION_ID,
  attemptNumber: 1,
  createdAtMs: NOW_MS,
};
const FOUND: FoundExecution = { id: EXECUTION_ID, ...FLOW };
const FLOW_COUNT: FlowCount = { ...FLOW, count: 12 };
const TASK_RUN: TaskRunSnapshot = {
  id: `${EXECUTION_ID}-1`,
  executionId: EXECUTION_ID,
  ...FLOW,
  taskId: 'hello',
  state: 'SUCCESS',
  histories: [HISTORY],
  attempts: [ATTEMPT_SNAPSHOT],
};
const FINDING: FlowFinding = {
  severity: 'ERROR',
  code: 'TASK_TYPE_UNKNOWN',
  message: 'No such type',
  path: 'tasks[0]',
};
const RECORD: FlowRecord = {
  namespace: 'company.team',
  id: 'hello',
  revision: 1,
  source: 'id: hello\n',
  deleted: false,
  disabled: false,
  updatedAtMs: NOW_MS,
};
const KEY = { namespace: 'company.team', key: 'mood' };
const PAIR: KeyValue = { ...KEY, type: 'JSON', value: ANY_JSON, version: 1, createdAtMs: NOW_MS, updatedAtMs: NOW_MS };
const PATH = { namespace: 'company.team', path: '/scripts/a.py' };
const FILE: NamespaceFile = { ...PATH, directory: false, sizeBytes: 0, revision: 1, updatedAtMs: NOW_MS };
const BACKFILL: Backfill = { startMs: 0, endMs: NOW_MS, currentDateMs: 1, paused: false };
const TRIGGER_STATE: TriggerState = { ...TRIGGER_REF, type: 'core.trigger.Schedule', disabled: false, updatedAtMs: 0 };
const WORK: Work = {
  ...HELD,
  taskId: 'hello',
  attemptId: `${EXECUTION_ID}-1-1`,
  ...FLOW,
  flowRevision: 3,
  task: { id: 'hello', type: 'core.log.Log', properties: { message: '{{ inputs.name }}' } },
  context: ANY_JSON,
};

/** Samples of every message on the bus, by the name of its type; unions have one for each of their cases. */
export const SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  Label: [sample<Label>(LABEL)],
  TriggerContext: [sample<TriggerContext>(TRIGGER)],
  CreateExecution: [
    sample<CreateExecution>(
      { executionId: EXECUTION_ID, ...FLOW },
      {
        revision: 3,
        inputs: ANY_JSON,
        labels: [LABEL],
        inheritedLabels: [LABEL],
        trigger: TRIGGER,
        scheduleAtMs: NOW_MS,
        idempotencyKey: 'order-1',
        parent: { ...ATTEMPT, index: 0, wait: true },
        wait: false,
      },
    ),
  ],
  ParentTaskRun: [sample<ParentTaskRun>({ ...ATTEMPT, index: 0, wait: false })],
  ExecutionCommand: [
    sample<ExecutionCommand>(
      { executionId: EXECUTION_ID },
      {
        cascade: false,
        inputs: ANY_JSON,
        taskRunId: `${EXECUTION_ID}-1`,
        newExecutionId: EXECUTION_ID,
        revision: 2,
        outputs: ANY_JSON,
        labels: [LABEL],
        state: 'SKIPPED',
        by: 'ada',
        template: '{{ outputs }}',
      },
    ),
  ],
  ExecutionReply: [sample<ExecutionReply>({ execution: EXECUTION }, { result: '' })],
  StateChange: [sample<StateChange>(HISTORY)],
  ExecutionSnapshot: [
    sample<ExecutionSnapshot>(EXECUTION, {
      inputs: ANY_JSON,
      outputs: {},
      variables: ANY_JSON,
      trigger: TRIGGER,
      parent: { executionId: EXECUTION_ID, taskRunId: `${EXECUTION_ID}-7` },
      scheduleAtMs: NOW_MS,
      endedAtMs: NOW_MS,
      error: 'The plan could not be made.',
      valuesOmitted: true,
    }),
  ],
  AttemptSnapshot: [
    sample<AttemptSnapshot>(ATTEMPT_SNAPSHOT, { workerId: 'w1', startedAtMs: NOW_MS, endedAtMs: NOW_MS }),
  ],
  TaskRunSnapshot: [
    sample<TaskRunSnapshot>(TASK_RUN, {
      parentTaskRunId: `${EXECUTION_ID}-0`,
      value: '{"a":1}',
      iteration: 0,
      outputs: ANY_JSON,
      error: 'Broken',
      valuesOmitted: true,
    }),
  ],
  ExecutionEvent: [sample<ExecutionEvent>({ execution: EXECUTION })],
  TaskRunEvent: [sample<TaskRunEvent>({ executionId: EXECUTION_ID, version: 4, taskRuns: [TASK_RUN] })],

  LogLine: [
    sample<LogLine>(LINE, { taskRunId: `${EXECUTION_ID}-1`, taskId: 'hello', attempt: 1 }),
    sample<LogLine>({ ...LINE, source: 1 }, { taskRunId: `${EXECUTION_ID}-1`, taskId: 'hello', attempt: 1 }),
  ],
  LogLines: [sample<LogLines>({ executionId: EXECUTION_ID, lines: [LINE] }, { gap: true })],
  LogBatch: [
    sample<LogBatch>(
      { ...HELD, firstIndex: 0, lines: [{ atMs: NOW_MS, level: 'WARN', message: '' }] },
      { childTaskId: 'step' },
    ),
  ],
  ExecutionQuery: [
    sample<ExecutionQuery>(
      { executionId: EXECUTION_ID },
      { namespace: 'company', flowId: 'hello', states: ['FAILED'], fromMs: 1_000, beforeMs: 2_000, ended: true, after: EXECUTION_ID, limit: 10 }, // prettier-ignore
    ),
  ],
  ExecutionPage: [sample<ExecutionPage>({ executions: [FOUND] })],
  FoundExecution: [sample<FoundExecution>(FOUND)],
  ExecutionCounts: [sample<ExecutionCounts>({ counts: [FLOW_COUNT] })],
  FlowCount: [sample<FlowCount>(FLOW_COUNT)],
  PurgeExecution: [sample<PurgeExecution>({ executionId: EXECUTION_ID, execution: true, logs: true, metrics: true })],
  PurgeReply: [sample<PurgeReply>({ executions: 1, logs: 12, metrics: 3 })],
  PurgeLogLines: [
    sample<PurgeLogLines>(
      { executionId: EXECUTION_ID, beforeMs: 2_000 },
      { namespace: 'company', flowId: 'hello', levels: ['DEBUG'], fromMs: 1_000, limit: 10 },
    ),
  ],
  PurgeLogLinesReply: [sample<PurgeLogLinesReply>({ count: 12 })],
  GetExecutionLogs: [
    sample<GetExecutionLogs>(
      { executionId: EXECUTION_ID },
      { taskIds: ['hello'], minLevel: 'ERROR', after: { source: 0, id: 17 }, limit: 10 },
    ),
  ],
  LogPage: [sample<LogPage>({ lines: [LINE] })],

  RunTask: [sample<RunTask>(ATTEMPT)],
  KillTask: [sample<KillTask>({ executionId: EXECUTION_ID, taskRunIds: [`${EXECUTION_ID}-1`] })],
  ClaimAttempt: [sample<ClaimAttempt>({ ...ATTEMPT, workerId: 'w1' })],
  ClaimReply: [
    sample<Extract<ClaimReply, { granted: true }>>({ granted: true, work: WORK }),
    sample<Extract<ClaimReply, { granted: false }>>({ granted: false }),
  ],
  Work: [sample<Work>(WORK, { secretInputs: ['password'], timeoutMs: 60_000 })],
  StoredValue: [sample<StoredValue>({ 'tutti:stored': 'kestra:///a/b.json' })],
  HeldAttempt: [sample<HeldAttempt>(HELD)],
  Heartbeat: [sample<Heartbeat>({ workerId: 'w1', attempts: [HELD] }, { released: [HELD] })],
  HeartbeatReply: [sample<HeartbeatReply>({ lost: [{ taskRunId: `${EXECUTION_ID}-1`, attempt: 1 }] })],
  AttemptEnded: [
    sample<AttemptEnded>(
      { ...HELD, workerId: 'w1', state: 'KILLED' },
      {
        outputs: ANY_JSON,
        error: FAILURE,
        metrics: [METRIC],
        effects: { exit: 'CANCELLED' },
        lines: [{ atMs: NOW_MS, level: 'INFO', message: 'Hello' }],
        takesNext: false,
      },
    ),
  ],
  TaskEffects: [
    sample<TaskEffects>(
      {},
      { labels: { team: 'data' }, setVariables: ANY_JSON, unsetVariables: ['old'], exit: 'WARNING' },
    ),
  ],
  TaskFailure: [sample<TaskFailure>(FAILURE)],
  AppliedReply: [sample<AppliedReply>({ applied: false }, { next: WORK })],
  ChildReport: [
    sample<ChildReport>(
      { ...HELD, childTaskId: 'step', state: 'FAILED' },
      { outputs: ANY_JSON, error: FAILURE, metrics: [METRIC] },
    ),
  ],
  SubflowReport: [
    sample<SubflowReport>({ ...ATTEMPT, index: 2, childId: EXECUTION_ID, state: 'FAILED' }, { outputs: ANY_JSON }),
  ],
  Metric: [sample<Metric>(METRIC, { tags: { format: 'csv' } })],

  TriggerState: [
    sample<TriggerState>(TRIGGER_STATE, {
      lastDateMs: NOW_MS,
      nextDateMs: NOW_MS,
      executionId: EXECUTION_ID,
      backfill: BACKFILL,
    }),
  ],
  Backfill: [sample<Backfill>(BACKFILL, { inputs: ANY_JSON, labels: [LABEL] })],
  ListTriggers: [sample<ListTriggers>({}, FLOW)],
  ListTriggersReply: [sample<ListTriggersReply>({ triggers: [TRIGGER_STATE] })],
  SetTriggerDisabled: [sample<SetTriggerDisabled>({ ...TRIGGER_REF, disabled: false })],
  BackfillTrigger: [
    sample<BackfillTrigger>(
      { ...TRIGGER_REF, action: 'create' },
      { startMs: 0, endMs: NOW_MS, inputs: ANY_JSON, labels: [LABEL] },
    ),
  ],
  UnlockTrigger: [sample<UnlockTrigger>(TRIGGER_REF)],
  TriggerReply: [sample<TriggerReply>({ trigger: TRIGGER_STATE })],
  WebhookCall: [
    sample<WebhookCall>(
      { ...FLOW, key: 'k', method: 'POST', headers: { accept: ['a', 'b'] }, parameters: { page: ['1'] } },
      { body: '{"a":1}', idempotencyKey: 'delivery-1' },
    ),
  ],
  WebhookReply: [
    sample<Extract<WebhookReply, { outcome: 'started' }>>({
      outcome: 'started',
      executionId: EXECUTION_ID,
      triggerId: 'hook',
      wait: false,
      returnOutputs: false,
    }),
    sample<Extract<WebhookReply, { outcome: 'condition-false' }>>({ outcome: 'condition-false' }),
    sample<Extract<WebhookReply, { outcome: 'not-found' }>>({ outcome: 'not-found', message: 'Flow not found' }),
  ],

  FlowFinding: [sample<FlowFinding>(FINDING, { hint: 'Did you mean "core.log.Log"?', line: 4, column: 11 })],
  FlowRecord: [sample<FlowRecord>(RECORD, { flow: ANY_JSON })],
  SaveFlow: [
    sample<SaveFlow>(
      { source: 'id: hello\n' },
      { mode: 'create', namespace: 'company.team', id: 'hello', dryRun: true, by: 'ada' },
    ),
  ],
  SaveFlowReply: [sample<SaveFlowReply>({ created: false, changed: true, findings: [FINDING] }, { record: RECORD })],
  ValidateFlows: [sample<ValidateFlows>({ source: '' })],
  ValidateFlowsReply: [
    sample<ValidateFlowsReply>({
      flows: [{ index: 0, namespace: 'company.team', id: 'hello', findings: [FINDING] }],
    }),
  ],
  GetFlow: [sample<GetFlow>({ namespace: 'company.team', id: 'hello' }, { revision: 1, allowDeleted: true })],
  GetFlowReply: [sample<GetFlowReply>({}, { record: RECORD })],
  DeleteFlow: [sample<DeleteFlow>({ namespace: 'company.team', id: 'hello' }, { by: 'ada' })],
  DeleteFlowReply: [sample<DeleteFlowReply>({ deleted: false })],
  ListFlows: [sample<ListFlows>({}, { namespace: 'company', recursive: true, withFlow: false, offset: 0, limit: 10 })],
  ListFlowsReply: [sample<ListFlowsReply>({ records: [RECORD], total: 1 })],
  ListRevisions: [sample<ListRevisions>({ namespace: 'company.team', id: 'hello' })],
  ListRevisionsReply: [sample<ListRevisionsReply>({ records: [RECORD] })],
  SearchFlows: [sample<SearchFlows>({ text: 'duckdb' }, { namespace: 'company', limit: 5 })],
  FlowEvent: [sample<FlowEvent>({ record: RECORD })],
  KeyValue: [
    sample<KeyValue>(PAIR, { description: 'How we feel', expiresAtMs: NOW_MS }),
    sample<KeyValue>({ ...PAIR, value: null }, { description: '', expiresAtMs: 0 }),
  ],
  SetKeyValue: [
    sample<SetKeyValue>(
      { ...KEY, value: 3 },
      { type: 'NUMBER', description: 'How we feel', ttlMs: 60_000, overwrite: false },
    ),
  ],
  GetKeyValue: [sample<GetKeyValue>(KEY, { inherit: true })],
  GetKeyValueReply: [sample<GetKeyValueReply>({}, { found: PAIR, expired: false })],
  DeleteKeyValue: [sample<DeleteKeyValue>(KEY)],
  DeleteKeyValueReply: [sample<DeleteKeyValueReply>({ deleted: true })],
  PurgeKeyValues: [
    sample<PurgeKeyValues>({ namespace: 'company' }, { exact: true, keyPattern: 'm*', expiredOnly: false }),
  ],
  PurgeKeyValuesReply: [sample<PurgeKeyValuesReply>({ count: 12 })],
  ListKeyValues: [sample<ListKeyValues>({ namespace: 'company' }, { prefix: 'm*', inherit: true })],
  ListKeyValuesReply: [sample<ListKeyValuesReply>({ entries: [PAIR] })],
  NamespaceFile: [sample<NamespaceFile>(FILE, { uri: 'kestra:///company/team/_files/scripts/a.py' })],
  PutNamespaceFile: [
    sample<PutNamespaceFile>(PATH, { uri: 'kestra:///a', sizeBytes: 12, directory: false, overwrite: true }),
  ],
  GetNamespaceFile: [sample<GetNamespaceFile>(PATH)],
  GetNamespaceFileReply: [sample<GetNamespaceFileReply>({}, { file: FILE })],
  ListNamespaceFiles: [sample<ListNamespaceFiles>({ namespace: 'company' }, { under: '/scripts' })],
  ListNamespaceFilesReply: [sample<ListNamespaceFilesReply>({ files: [FILE] })],
  DeleteNamespaceFile: [sample<DeleteNamespaceFile>(PATH)],
  MoveNamespaceFile: [sample<MoveNamespaceFile>({ namespace: 'company', from: '/a', to: '/b' })],
  ChangedReply: [sample<ChangedReply>({ changed: 0 })],
  GetSecret: [sample<GetSecret>(KEY)],
  GetSecretReply: [sample<GetSecretReply>({}, { value: 'hunter2' })],
  SetSecret: [sample<SetSecret>({ ...KEY, value: 'hunter2' })],
  DeleteSecret: [sample<DeleteSecret>(KEY)],
  ListSecrets: [sample<ListSecrets>({ namespace: 'company' })],
  ListSecretsReply: [sample<ListSecretsReply>({ keys: ['TOKEN'] })],
  NamespaceRecord: [
    sample<NamespaceRecord>(
      { id: 'company', pluginDefaults: [{ type: 'core.log.Log', values: { level: 'WARN' }, forced: true }] },
      { description: 'All of it' },
    ),
  ],
  GetNamespace: [sample<GetNamespace>({ id: 'company' })],
  ListNamespacesReply: [sample<ListNamespacesReply>({ ids: ['company', 'company.team'] })],

  HealthReply: [sample<HealthReply>({ ready: false })],
};
