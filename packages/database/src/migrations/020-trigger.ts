import { sqlMigration } from '../migration.ts';

/**
 * What the trigger service owns. Times are Unix ms. A trigger waits until `due_at_ms`: for its next date, or to ask after
 * the start it has decided upon; without it, it waits for an execution or a call.
 */
export const trigger = sqlMigration(
  20,
  'trigger',
  `CREATE TABLE trigger.triggers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text COLLATE "C" NOT NULL,
    flow_id text COLLATE "C" NOT NULL,
    trigger_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    definition jsonb NOT NULL,
    flow jsonb NOT NULL,
    flow_revision int4 NOT NULL,
    disabled boolean NOT NULL,
    version int4 NOT NULL DEFAULT 0,
    due_at_ms int8,
    next_date_ms int8,
    last_date_ms int8,
    execution_id text COLLATE "C",
    owed jsonb,
    backfill jsonb,
    created_at_ms int8 NOT NULL,
    updated_at_ms int8 NOT NULL,
    UNIQUE (namespace, flow_id, trigger_id)) WITH (fillfactor = 80)`,
  'CREATE INDEX triggers_due ON trigger.triggers (due_at_ms) WHERE due_at_ms IS NOT NULL',
  'CREATE INDEX triggers_by_execution ON trigger.triggers (execution_id) WHERE execution_id IS NOT NULL',

  `CREATE TABLE trigger.flows (
    namespace text COLLATE "C" NOT NULL,
    flow_id text COLLATE "C" NOT NULL,
    version text NOT NULL,
    PRIMARY KEY (namespace, flow_id))`,
  `CREATE TABLE trigger.windows (
    trigger bigint NOT NULL REFERENCES trigger.triggers ON DELETE CASCADE,
    group_id text NOT NULL,
    start_ms int8 NOT NULL,
    end_ms int8 NOT NULL,
    progress jsonb NOT NULL,
    PRIMARY KEY (trigger, group_id, start_ms))`,
  `CREATE TABLE trigger.starts (
    execution_id text COLLATE "C" PRIMARY KEY,
    owed jsonb NOT NULL,
    due_at_ms int8 NOT NULL)`,
  'CREATE INDEX starts_due ON trigger.starts (due_at_ms)',

  `CREATE VIEW api.triggers AS
    SELECT namespace, flow_id, trigger_id, definition ->> 'type' AS type, disabled, last_date_ms,
      CASE WHEN disabled OR (flow ->> 'disabled')::boolean THEN NULL
        WHEN backfill IS NOT NULL AND NOT (backfill ->> 'paused')::boolean THEN (backfill ->> 'currentDateMs')::int8
        ELSE next_date_ms END AS next_date_ms,
      execution_id, backfill, updated_at_ms
    FROM trigger.triggers`,
  `CREATE VIEW api.stuck_triggers AS
    SELECT 'trigger' AS what, concat_ws('/', namespace, flow_id, trigger_id) AS id, due_at_ms AS since_ms
    FROM trigger.triggers WHERE due_at_ms < extract(epoch FROM now()) * 1000 - 30000
    UNION ALL
    SELECT 'start', execution_id, due_at_ms
    FROM trigger.starts WHERE due_at_ms < extract(epoch FROM now()) * 1000 - 30000`,
);
