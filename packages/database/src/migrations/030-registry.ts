import { sqlMigration } from '../migration.ts';

/**
 * What the flow-registry owns. A row of `flows` is one revision and never changes but for two marks: whether it is the
 * newest, and whether its event has been announced (so the table is its own outbox). A deletion is a revision too.
 * Flows and values are `json`, not `jsonb`: the order in which people write keys stays.
 */
export const registry = sqlMigration(
  30,
  'registry',
  `CREATE TABLE registry.flows (
    namespace text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    revision int4 NOT NULL,
    newest boolean NOT NULL,
    announced boolean NOT NULL DEFAULT false,
    deleted boolean NOT NULL,
    disabled boolean NOT NULL,
    updated_at_ms int8 NOT NULL,
    updated_by text,
    source text NOT NULL,
    flow json NOT NULL,
    PRIMARY KEY (namespace, id, revision))`,
  'CREATE UNIQUE INDEX flows_newest ON registry.flows (namespace, id) WHERE newest',
  'CREATE INDEX flows_unannounced ON registry.flows (updated_at_ms) WHERE NOT announced',

  `CREATE TABLE registry.key_values (
    namespace text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    type text NOT NULL,
    value json NOT NULL,
    version int4 NOT NULL DEFAULT 1,
    description text,
    created_at_ms int8 NOT NULL,
    updated_at_ms int8 NOT NULL,
    expires_at_ms int8,
    PRIMARY KEY (namespace, key))`,
  'CREATE INDEX key_values_expiring ON registry.key_values (expires_at_ms) WHERE expires_at_ms IS NOT NULL',

  `CREATE TABLE registry.files (
    namespace text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    directory boolean NOT NULL,
    size_bytes int8 NOT NULL,
    uri text,
    revision int4 NOT NULL DEFAULT 1,
    updated_at_ms int8 NOT NULL,
    PRIMARY KEY (namespace, path))`,

  `CREATE TABLE registry.namespaces (
    id text COLLATE "C" PRIMARY KEY,
    description text,
    plugin_defaults json NOT NULL,
    updated_at_ms int8 NOT NULL)`,

  `CREATE TABLE registry.secrets (
    namespace text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    updated_at_ms int8 NOT NULL,
    PRIMARY KEY (namespace, key))`,

  `CREATE VIEW api.flow_revisions AS
    SELECT namespace, id, revision, source, flow::jsonb AS flow, deleted, disabled, updated_at_ms, updated_by
    FROM registry.flows`,
  `CREATE VIEW api.flows AS
    SELECT namespace, id, revision, source, flow::jsonb AS flow, deleted, disabled, updated_at_ms, updated_by
    FROM registry.flows WHERE newest`,
  `CREATE VIEW api.key_values AS
    SELECT namespace, key, type, value::jsonb AS value, version, description, created_at_ms, updated_at_ms,
      expires_at_ms
    FROM registry.key_values`,
  `CREATE VIEW api.namespace_files AS
    SELECT namespace, path, directory, size_bytes, uri, revision, updated_at_ms FROM registry.files`,
  `CREATE VIEW api.namespaces AS
    SELECT id FROM registry.namespaces
    UNION SELECT namespace FROM registry.flows WHERE newest AND NOT deleted
    UNION SELECT namespace FROM registry.key_values
    UNION SELECT namespace FROM registry.files`,
  `CREATE VIEW api.stuck_flow_events AS
    SELECT 'flow event' AS what, concat_ws('/', namespace, id, revision) AS id, updated_at_ms AS since_ms
    FROM registry.flows
    WHERE NOT announced AND updated_at_ms < extract(epoch FROM now()) * 1000 - 60000`,
);
