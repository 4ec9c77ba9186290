import type { FlowRecord, GetFlow, GetFlowReply, ListFlows, ListFlowsReply, ListRevisions, ListRevisionsReply, SearchFlows } from '@tutti/contracts'; // prettier-ignore
import { escaped, type FlowStore } from '../store/flow-store.ts';

export interface ReadFlowsDeps {
  readonly flows: FlowStore;
}

/** Most flows in one answer. */
const LARGEST_PAGE = 500;
/** What an answer may hold, characters: more does not fit into a message. */
const LARGEST_ANSWER = 200_000;

/** One flow: its newest revision, or the one that is named. A deleted one only where that is wanted. */
export async function handleGetFlow({ flows }: ReadFlowsDeps, query: GetFlow): Promise<GetFlowReply> {
  const { namespace, id, revision, allowDeleted = false } = query;
  const newest = await flows.newest(namespace, id);
  if (!newest || (newest.deleted && !allowDeleted)) return {};
  const record = revision === undefined ? newest : await flows.revision(namespace, id, revision);
  return record ? { record } : {};
}

export async function handleListFlows({ flows }: ReadFlowsDeps, query: ListFlows): Promise<ListFlowsReply> {
  const { namespace, recursive = false, withFlow = false, offset = 0, limit = LARGEST_PAGE } = query;
  const filter = namespace === undefined ? {} : { namespaces: patternsOf(namespace, recursive) };
  const { records, total } = await flows.list(filter, offset, Math.min(limit, LARGEST_PAGE));
  return { records: fitting(withFlow ? records : records.map(withoutFlow)), total };
}

export async function handleListRevisions(
  { flows }: ReadFlowsDeps,
  { namespace, id }: ListRevisions,
): Promise<ListRevisionsReply> {
  // prettier-ignore
  return { records: fitting((await flows.revisions(namespace, id)).map(withoutFlow)) };
}

export async function handleSearchFlows({ flows }: ReadFlowsDeps, query: SearchFlows): Promise<ListFlowsReply> {
  const { text, namespace, limit = 50 } = query;
  const filter = { text, ...(namespace !== undefined && { namespaces: patternsOf(namespace, true) }) };
  const { records, total } = await flows.list(filter, 0, Math.min(limit, LARGEST_PAGE));
  return { records: fitting(records.map(withoutFlow)), total };
}

const patternsOf = (namespace: string, recursive: boolean): string[] =>
  recursive ? [escaped(namespace), `${escaped(namespace)}.%`] : [escaped(namespace)];

const withoutFlow = ({ flow: _flow, ...record }: FlowRecord): FlowRecord => record;

/** The first records that fit into one message; whoever wants more asks with an offset. */
function fitting(records: readonly FlowRecord[]): FlowRecord[] {
  let length = 0;
  const fit: FlowRecord[] = [];
  for (const record of records) {
    length += JSON.stringify(record).length;
    if (length > LARGEST_ANSWER && fit.length > 0) break;
    fit.push(record);
  }
  return fit;
}
