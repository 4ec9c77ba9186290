import { sqlMigration } from '../migration.ts';

/**
 * What the executor owns. Ids and names compare by bytes (`COLLATE "C"`): the ids begin with the time, so the order of
 * the primary key is the order of creation. Times are Unix ms. State histories are pairs of state and time.
 */
export const executor = sqlMigration(
  10,
  'executor',
  `CREATE TABLE executor.executions (
    id text COLLATE "C" PRIMARY KEY,
    namespace text COLLATE "C" NOT NULL,
    flow_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    parent_execution_id text COLLATE "C",
    original_id text COLLATE "C",
    idempotency_key text COLLATE "C",
    error text,
    created_at_ms int8 NOT NULL,
    ended_at_ms int8,
    schedule_at_ms int8,
    version int4 NOT NULL,
    flow_revision int4 NOT NULL,
    task_run_count int4 NOT NULL,
    attempt_number int4 NOT NULL,
    partition int2 NOT NULL,
    labels jsonb NOT NULL,
    inputs jsonb,
    secret_inputs jsonb,
    variables jsonb,
    outputs jsonb,
    trigger jsonb,
    parent jsonb,
    histories jsonb NOT NULL,
    note jsonb) WITH (fillfactor = 85)`,
  'CREATE INDEX executions_by_flow ON executor.executions (namespace, flow_id, id)',
  'CREATE INDEX executions_unfinished ON executor.executions (partition, id) WHERE ended_at_ms IS NULL',
  'CREATE INDEX executions_by_parent ON executor.executions (parent_execution_id) WHERE parent_execution_id IS NOT NULL',
  `CREATE UNIQUE INDEX executions_by_key ON executor.executions (namespace, flow_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL`,

  `CREATE TABLE executor.task_runs (
    execution_id text COLLATE "C" NOT NULL,
    n int4 NOT NULL,
    task_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    value text,
    parent_n int4,
    iteration int4,
    attempt int4 NOT NULL,
    histories jsonb NOT NULL,
    attempts jsonb NOT NULL,
    outputs jsonb,
    error jsonb,
    note jsonb,
    PRIMARY KEY (execution_id, n)) WITH (fillfactor = 80)`,

  `CREATE TABLE executor.journal (
    position bigint GENERATED ALWAYS AS IDENTITY,
    execution_id text COLLATE "C" NOT NULL,
    at_ms int8 NOT NULL,
    version int4 NOT NULL,
    partition int2 NOT NULL,
    events jsonb NOT NULL,
    PRIMARY KEY (execution_id, version))`,
  'CREATE INDEX journal_by_position ON executor.journal USING brin (position) WITH (pages_per_range = 16)',

  `CREATE TABLE executor.logs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at_ms int8 NOT NULL,
    execution_id text COLLATE "C" NOT NULL,
    n int4,
    owner_n int4,
    attempt int4,
    idx int4,
    source int2 NOT NULL,
    level int2 NOT NULL,
    task_id text COLLATE "C",
    message text NOT NULL)`,
  'CREATE INDEX logs_by_execution ON executor.logs (execution_id, id)',
  'CREATE INDEX logs_by_time ON executor.logs USING brin (at_ms) WITH (pages_per_range = 32)',

  `CREATE TABLE executor.metrics (
    at_ms int8 NOT NULL,
    value float8 NOT NULL,
    execution_id text COLLATE "C" NOT NULL,
    n int4 NOT NULL,
    task_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    tags jsonb)`,
  'CREATE INDEX metrics_by_execution ON executor.metrics (execution_id)',

  `CREATE TABLE executor.timers (
    id text COLLATE "C" PRIMARY KEY,
    execution_id text COLLATE "C" NOT NULL,
    due_at_ms int8 NOT NULL,
    partition int2 NOT NULL)`,

  `CREATE TABLE executor.slots (
    execution_id text COLLATE "C" PRIMARY KEY,
    namespace text COLLATE "C" NOT NULL,
    flow_id text COLLATE "C" NOT NULL)`,
  'CREATE INDEX slots_by_flow ON executor.slots (namespace, flow_id)',

  `CREATE TABLE executor.owners (
    owner text PRIMARY KEY,
    backend_pid int4 NOT NULL,
    expires_at timestamptz NOT NULL)`,
  `CREATE TABLE executor.partition_leases (
    partition int2 PRIMARY KEY,
    owner text,
    epoch int8 NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL DEFAULT '-infinity',
    published_position int8 NOT NULL DEFAULT 0)`,
  'INSERT INTO executor.partition_leases (partition) SELECT generate_series(0, 15)',

  `CREATE FUNCTION executor.require(holds boolean, otherwise text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
    BEGIN IF NOT holds THEN RAISE EXCEPTION '%', otherwise; END IF; RETURN true; END $$`,

  `CREATE VIEW api.executions AS
    SELECT id, namespace, flow_id, flow_revision, state, version, labels, inputs, outputs, variables, trigger,
      parent_execution_id, parent ->> 'taskRunId' AS parent_task_run_id, coalesce(original_id, id) AS original_id,
      attempt_number, schedule_at_ms, created_at_ms, ended_at_ms, histories, error
    FROM executor.executions`,
  `CREATE VIEW api.task_runs AS
    SELECT t.execution_id || '-' || t.n AS id, t.execution_id, t.n, t.task_id,
      CASE WHEN t.parent_n IS NOT NULL THEN t.execution_id || '-' || t.parent_n END AS parent_task_run_id,
      t.value, t.iteration, t.state, t.histories, t.attempts, t.outputs, t.error
    FROM executor.task_runs AS t`,
  `CREATE VIEW api.logs AS
    SELECT l.id, l.source, l.execution_id, e.namespace, e.flow_id,
      CASE WHEN l.n IS NOT NULL THEN l.execution_id || '-' || l.n END AS task_run_id, l.task_id, l.attempt, l.at_ms,
      (ARRAY['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'])[l.level + 1] AS level, l.level AS level_number, l.message
    FROM executor.logs AS l JOIN executor.executions AS e ON e.id = l.execution_id`,
  `CREATE VIEW api.metrics AS
    SELECT m.execution_id, m.execution_id || '-' || m.n AS task_run_id, m.task_id, m.name, m.type, m.value, m.tags, m.at_ms
    FROM executor.metrics AS m`,
  `CREATE VIEW api.stuck AS
    SELECT 'timer' AS what, execution_id AS id, due_at_ms AS since_ms FROM executor.timers
    WHERE due_at_ms < extract(epoch FROM now()) * 1000 - 15000`,
);
