import type { FlowRecord, JsonMap, SaveFlow, SaveFlowReply } from '@tutti/contracts';
import { isValid, type Flow } from '@tutti/flow-model';
import { UserError, type Clock } from '@tutti/service-kit';
import type { Announcer } from '../announcer.ts';
import type { FlowReader } from '../flow-reader.ts';
import type { FlowChange, FlowStore } from '../store/flow-store.ts';

export interface SaveFlowDeps {
  readonly flows: FlowStore;
  readonly reader: FlowReader;
  readonly announcer: Announcer;
  readonly clock: Clock;
}

/** What source and plan of a flow may come to together, characters: they travel in one message. */
const LARGEST_RECORD = 240_000;

/**
 * Saves a flow as a new revision; the same source again keeps the revision. A flow with faults is not saved: the answer
 * then has findings and no record.
 * @throws {UserError} FLOW_EXISTS, FLOW_UNKNOWN, FLOW_ID_CHANGED, FLOW_TOO_LARGE
 */
export async function handleSaveFlow(deps: SaveFlowDeps, command: SaveFlow): Promise<SaveFlowReply> {
  const { flow, findings } = await deps.reader.read(command.source);
  if (!flow || !isValid(findings)) return { created: false, changed: false, findings };
  refuseOtherName(command, flow);
  refuseLarge(command.source, flow);
  const saved = await deps.flows.change(flow.namespace, flow.id, (change) => save(deps, command, flow, change));
  if (saved.changed && !command.dryRun) await deps.announcer.wake();
  return { ...saved, findings };
}

async function save(
  { clock }: SaveFlowDeps,
  { source, mode, dryRun, by }: SaveFlow,
  flow: Flow,
  { newest, add }: FlowChange,
): Promise<Pick<SaveFlowReply, 'record' | 'created' | 'changed'>> {
  const { namespace, id, disabled } = flow;
  const present = newest && !newest.deleted ? newest : undefined;
  if (present && mode === 'create') throw exists(flow);
  if (!present && mode === 'update') throw unknown(flow);
  if (present && sameSource(present.source, source)) return { record: present, created: false, changed: false };

  const result = { created: !present, changed: true };
  const json = { ...flow, revision: (newest?.revision ?? 0) + 1 } as unknown as JsonMap;
  const nowMs = clock.nowMs();
  if (dryRun) return { ...result, record: preview(flow, source, json, nowMs) };
  return { ...result, record: await add({ namespace, id, source, flow: json, disabled, deleted: false, by, nowMs }) };
}

/** A line end or blanks at the end of the file are no change. */
const sameSource = (left: string, right: string): boolean => left.trimEnd() === right.trimEnd();

function preview({ namespace, id, disabled }: Flow, source: string, flow: JsonMap, nowMs: number): FlowRecord {
  const revision = Number(flow['revision']);
  return { namespace, id, revision, source, flow, deleted: false, disabled, updatedAtMs: nowMs };
}

function refuseOtherName({ namespace, id }: SaveFlow, flow: Flow): void {
  if ((namespace ?? flow.namespace) === flow.namespace && (id ?? flow.id) === flow.id) return;
  throw new UserError(
    'FLOW_ID_CHANGED',
    `flow.id: Illegal flow id update: the source names ${flow.namespace}.${flow.id}.`,
    {
      hint: 'Save it under its own name, or change "id" and "namespace" in the source back.',
    },
  );
}

function refuseLarge(source: string, flow: Flow): void {
  const length = source.length + JSON.stringify(flow).length;
  if (length <= LARGEST_RECORD) return;
  throw new UserError(
    'FLOW_TOO_LARGE',
    `The flow has ${length} characters as source and plan; ${LARGEST_RECORD} are allowed.`,
    {
      hint: 'Move long scripts and queries to namespace files, or parts of the flow to subflows.',
    },
  );
}

const exists = ({ namespace, id }: Flow): UserError =>
  new UserError('FLOW_EXISTS', 'Flow id already exists', { hint: `Update ${namespace}.${id}, or choose another id.` });

const unknown = ({ namespace, id }: Flow): UserError =>
  new UserError('FLOW_UNKNOWN', `There is no flow ${namespace}.${id}.`, { hint: 'Create it first.' });
