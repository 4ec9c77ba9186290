import type { Json, JsonMap } from './execution.ts';

/** A fault or warning in a flow, at its place in the YAML (lines and columns from 1). */
export interface FlowFinding {
  readonly severity: 'ERROR' | 'WARNING' | 'INFO';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** `tasks[0].message`. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** A saved flow. */
export interface FlowRecord {
  readonly namespace: string;
  readonly id: string;
  readonly revision: number;
  /** As the user wrote it, comments included. */
  readonly source: string;
  readonly deleted: boolean;
  readonly disabled: boolean;
  readonly updatedAtMs: number;
  /** The `Flow` of the flow model; absent where the message says so. */
  readonly flow?: JsonMap;
}

/** `cmd.flow.save`. Saving a source that has not changed keeps the revision. */
export interface SaveFlow {
  readonly source: string;
  /** `create`: refuse when it exists; `update`: refuse when not; absent: either. */
  readonly mode?: 'create' | 'update';
  /** When given, the flow must be this one. */
  readonly namespace?: string;
  readonly id?: string;
  /** Says what would happen, changes nothing. */
  readonly dryRun?: boolean;
  readonly by?: string;
}
export interface SaveFlowReply {
  readonly record?: FlowRecord;
  readonly created: boolean;
  readonly changed: boolean;
  readonly findings: readonly FlowFinding[];
}

/** `cmd.flow.validate`: several documents separated by `---` lines. */
export interface ValidateFlows {
  readonly source: string;
}
export interface ValidateFlowsReply {
  readonly flows: readonly { readonly index: number; readonly namespace?: string; readonly id?: string; readonly findings: readonly FlowFinding[] }[]; // prettier-ignore
}

/** `cmd.flow.get`. */
export interface GetFlow {
  readonly namespace: string;
  readonly id: string;
  readonly revision?: number;
  /** A deleted flow is found only with this. */
  readonly allowDeleted?: boolean;
}
export interface GetFlowReply {
  readonly record?: FlowRecord;
}

/** `cmd.flow.delete`. */
export interface DeleteFlow {
  readonly namespace: string;
  readonly id: string;
  readonly by?: string;
}
export interface DeleteFlowReply {
  readonly deleted: boolean;
}

/** `cmd.flow.list`, newest revisions only, by namespace and id. */
export interface ListFlows {
  readonly namespace?: string;
  /** Namespaces below it too. */
  readonly recursive?: boolean;
  readonly withFlow?: boolean;
  readonly offset?: number;
  readonly limit?: number;
}
export interface ListFlowsReply {
  readonly records: readonly FlowRecord[];
  readonly total: number;
}

/** `cmd.flow.revisions`, oldest first. */
export interface ListRevisions {
  readonly namespace: string;
  readonly id: string;
}
export interface ListRevisionsReply {
  readonly records: readonly FlowRecord[];
}

/** `cmd.flow.search`: newest revisions whose source holds a text, whatever its case. */
export interface SearchFlows {
  readonly text: string;
  readonly namespace?: string;
  readonly limit?: number;
}

/** Body of `evt.flow.saved` and `evt.flow.deleted`. */
export interface FlowEvent {
  readonly record: FlowRecord;
}

export type KeyValueType = 'STRING' | 'NUMBER' | 'BOOLEAN' | 'DATETIME' | 'DATE' | 'DURATION' | 'JSON';
export interface KeyValue {
  readonly namespace: string;
  readonly key: string;
  readonly type: KeyValueType;
  readonly value: Json;
  readonly version: number;
  readonly description?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly expiresAtMs?: number;
}

/** `cmd.kv.set`. */
export interface SetKeyValue {
  readonly namespace: string;
  readonly key: string;
  readonly value: Json;
  /** Told from the value when absent. */
  readonly type?: KeyValueType;
  readonly description?: string;
  readonly ttlMs?: number;
  /** False: refuse with KV_EXISTS when there is one. True when absent. */
  readonly overwrite?: boolean;
}
/** `cmd.kv.get`; `inherit`: look in the parent namespaces too. */
export interface GetKeyValue {
  readonly namespace: string;
  readonly key: string;
  readonly inherit?: boolean;
}
export interface GetKeyValueReply {
  readonly found?: KeyValue;
  /** There was one, and it has expired. */
  readonly expired?: boolean;
}
/** `cmd.kv.delete`. */
export interface DeleteKeyValue {
  readonly namespace: string;
  readonly key: string;
}
export interface DeleteKeyValueReply {
  readonly deleted: boolean;
}
/** `cmd.kv.purge`: deletes pairs of a namespace, and of those below it. */
export interface PurgeKeyValues {
  readonly namespace: string;
  /** Only this namespace itself. */
  readonly exact?: boolean;
  /** Pattern of the keys, with `*`; any key when absent. */
  readonly keyPattern?: string;
  /** Only pairs that have expired; true when absent. */
  readonly expiredOnly?: boolean;
}
export interface PurgeKeyValuesReply {
  readonly count: number;
}
/** `cmd.kv.list`; prefix or `*` pattern of the key. */
export interface ListKeyValues {
  readonly namespace: string;
  readonly prefix?: string;
  readonly inherit?: boolean;
}
export interface ListKeyValuesReply {
  readonly entries: readonly KeyValue[];
}

/** A namespace file; its content lies in internal storage. */
export interface NamespaceFile {
  readonly namespace: string;
  /** Absolute within the namespace: `/scripts/a.py`. */
  readonly path: string;
  readonly directory: boolean;
  readonly sizeBytes: number;
  readonly uri?: string;
  readonly revision: number;
  readonly updatedAtMs: number;
}
/** `cmd.file.put`: the content was stored by the sender. */
export interface PutNamespaceFile {
  readonly namespace: string;
  readonly path: string;
  readonly uri?: string;
  readonly sizeBytes?: number;
  readonly directory?: boolean;
  readonly overwrite?: boolean;
}
/** `cmd.file.get`. */
export interface GetNamespaceFile {
  readonly namespace: string;
  readonly path: string;
}
export interface GetNamespaceFileReply {
  readonly file?: NamespaceFile;
}
/** `cmd.file.list`: everything below a path. */
export interface ListNamespaceFiles {
  readonly namespace: string;
  readonly under?: string;
}
export interface ListNamespaceFilesReply {
  readonly files: readonly NamespaceFile[];
}
/** `cmd.file.delete`; directories with all below them. */
export interface DeleteNamespaceFile {
  readonly namespace: string;
  readonly path: string;
}
/** `cmd.file.move`. */
export interface MoveNamespaceFile {
  readonly namespace: string;
  readonly from: string;
  readonly to: string;
}
export interface ChangedReply {
  readonly changed: number;
}

/** `ask.secret.get`: resolved only for a task-runner, just before use. */
export interface GetSecret {
  readonly namespace: string;
  readonly key: string;
}
export interface GetSecretReply {
  readonly value?: string;
}

/** `ask.secret.set`; the value is stored encrypted and never leaves by an event or a list. */
export interface SetSecret {
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
}
/** `ask.secret.delete`. */
export interface DeleteSecret {
  readonly namespace: string;
  readonly key: string;
}
/** `ask.secret.list`: keys only. */
export interface ListSecrets {
  readonly namespace: string;
}
export interface ListSecretsReply {
  readonly keys: readonly string[];
}

/** What a namespace says for the flows in it and in the namespaces below. */
export interface NamespaceRecord {
  readonly id: string;
  readonly description?: string;
  /** Plugin defaults as in a flow: `{type, values, forced}`. They count from the next save of a flow on. */
  readonly pluginDefaults: readonly JsonMap[];
}
/** `cmd.namespace.get`; a namespace that nobody described is there all the same. */
export interface GetNamespace {
  readonly id: string;
}
/** `cmd.namespace.list`: every namespace that is described or has a flow, a pair or a file. */
export interface ListNamespacesReply {
  readonly ids: readonly string[];
}
