import type { FlowRecord, SaveFlow } from '@tutti/contracts';
import { splitDocuments } from '@tutti/flow-model';
import { isUserError } from '@tutti/service-kit';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { readText } from '../http/body.ts';
import { RestError, illegalArgument } from '../http/error-envelope.ts';
import { attachment, empty, json } from '../http/reply.ts';
import type { RestRequest } from '../http/router.ts';
import type { FlowFilter } from '../store/flows.ts';
import { flowJson, invalidFlow } from './flow-json.ts';
import { readFlowFiles } from './flow-upload.ts';
import { filtersOfQuery, flagOf, labelsOfQuery, pageOfQuery, textFilterOf, valueOf } from './query.ts';
import type { Routes } from './routes.ts';
import { writeZip } from './zip.ts';

type Names = Extract<RouteName, `${string} /flows${string}`>;

/** Largest YAML that is read, bytes; the registry has its own limit for one flow. */
const MAX_SOURCE_BYTES = 10 * 1024 * 1024;
/** Flows in one answer that is not paged. */
const MAX_FLOWS = 10_000;

/** Flows: save, read, search, import, export. */
export function flowRoutes(gateway: Gateway): Routes<Names> {
  const { flows, registry } = gateway;
  const source = ({ raw }: RestRequest): Promise<string> => readText(raw, MAX_SOURCE_BYTES);

  return {
    'POST /flows': async (request) =>
      json(flowJson(await save(gateway, { source: await source(request), mode: 'create' }, request), true)),

    'PUT /flows/{namespace}/{id}': async (request) => {
      const { namespace = '', id = '' } = request.params;
      const order: SaveFlow = { source: await source(request), mode: 'update', namespace, id };
      return json(flowJson(await save(gateway, order, request), true));
    },

    'GET /flows/{namespace}/{id}': async ({ params, query }) =>
      json(flowJson(await findFlow(gateway, params, query), flagOf(query, 'source'))),

    'DELETE /flows/{namespace}/{id}': async ({ params: { namespace = '', id = '' }, caller }) => {
      const { deleted } = await registry.deleteFlow({ namespace, id, ...(caller.name && { by: caller.name }) });
      if (!deleted) throw new RestError(404, 'Not Found');
      return empty(204);
    },

    'GET /flows/{namespace}/{id}/revisions': async ({ params: { namespace = '', id = '' } }) => {
      const { items } = await flows.history({ namespace, id }, { limit: MAX_FLOWS });
      if (items.length === 0) throw new RestError(404, 'Not Found');
      return json(items.map((record) => flowJson(record, true)));
    },

    'GET /flows/{namespace}/{id}/tasks/{taskId}': async ({ params, query }) => {
      const task = findTask(flowJson(await findFlow(gateway, params, query), false), params['taskId'] ?? '');
      if (!task) throw new RestError(404, 'Not Found');
      return json(task);
    },

    'GET /flows/{namespace}': async ({ params: { namespace = '' } }) => {
      const found = await flows.search({ namespace: { eq: namespace } }, 0, MAX_FLOWS);
      return json(found.map((record) => flowJson(record, false)));
    },

    'POST /flows/{namespace}': async (request) => {
      const { namespace = '' } = request.params;
      const saved = await replaceFlows(gateway, request, await source(request), { namespace, exactly: true });
      return json(saved.map((record) => flowJson(record, true)));
    },

    'POST /flows/bulk': async (request) => {
      const namespace = request.query.get('namespace') ?? undefined;
      const exactly = !flagOf(request.query, 'allowNamespaceChild');
      const saved = await replaceFlows(gateway, request, await source(request), { namespace, exactly });
      return json(saved.map((record) => flowJson(record, true)));
    },

    'GET /flows/search': async ({ query }) => {
      const { offset, limit } = pageOfQuery(query);
      const filter = flowFilterOf(query);
      const [found, total] = await Promise.all([flows.search(filter, offset, limit), flows.count(filter)]);
      return json({ results: found.map((record) => flowJson(record, false)), total });
    },

    'GET /flows/source': async ({ query }) => {
      const text = query.get('q') ?? '';
      const { offset, limit } = pageOfQuery(query);
      const filter = flowFilterOf(query);
      const [found, total] = await Promise.all([flows.search(filter, offset, limit), flows.count(filter)]);
      const results = found.map((record) => ({
        model: flowJson(record, false),
        fragments: fragmentsOf(record.source, text),
      }));
      return json({ results, total });
    },

    'GET /flows/distinct-namespaces': async () => json(await flows.namespaces()),

    'GET /flows/export/by-query': async ({ query }) => {
      const found = await flows.search(flowFilterOf(query), 0, MAX_FLOWS);
      const files = found.map(({ namespace, id, source: text }) => ({ name: `${namespace}.${id}.yml`, content: text }));
      return attachment('flows.zip', writeZip(files), 'application/zip');
    },

    'POST /flows/validate': async (request) => json(await validate(gateway, await source(request))),

    'POST /flows/import': async (request) => {
      const failed: string[] = [];
      const reasons: string[] = [];
      for (const file of await readFlowFiles(request.raw, MAX_SOURCE_BYTES))
        for (const [index, document] of splitDocuments(file.source).entries()) {
          const fault = await saveFault(gateway, document.source, request);
          if (fault === undefined) continue;
          failed.push(`${file.name}(flow number: ${index})`);
          reasons.push(`${file.name}(flow number: ${index}): ${fault}`);
        }
      if (failed.length > 0 && flagOf(request.query, 'failOnError'))
        throw illegalArgument(`Following invalid flows were not imported: ${reasons.join('; ')}`);
      if (failed.length > 0) gateway.log.warn({ failed: reasons }, 'flows not imported');
      return json(failed);
    },
  };
}

async function save({ registry }: Gateway, order: SaveFlow, { caller }: RestRequest): Promise<FlowRecord> {
  const { record, findings } = await registry
    .saveFlow({ ...order, ...(caller.name && { by: caller.name }) })
    .catch((error: unknown) => {
      if (isUserError(error) && error.code.endsWith('_EXISTS'))
        throw new RestError(422, 'Invalid entity: flow.id: Flow id already exists', {
          errors: [{ message: 'Flow id already exists', path: 'flow.id' }],
        });
      throw error;
    });
  if (!record) throw invalidFlow(findings);
  return record;
}

/** Why a document was not saved; nothing when it was. A service that does not answer is no fault of the document. */
async function saveFault(gateway: Gateway, source: string, request: RestRequest): Promise<string | undefined> {
  try {
    await save(gateway, { source }, request);
    return undefined;
  } catch (error) {
    if (error instanceof RestError || isUserError(error)) return error.message;
    throw error;
  }
}

/**
 * Saves all documents of a body; with `delete=true`, named outright, flows of the namespace that are not in it go.
 * Nothing is saved unless all are valid.
 */
async function replaceFlows(
  gateway: Gateway,
  request: RestRequest,
  source: string,
  { namespace, exactly }: { readonly namespace: string | undefined; readonly exactly: boolean },
): Promise<FlowRecord[]> {
  const deletes = flagOf(request.query, 'delete');
  if (deletes && namespace === undefined)
    throw illegalArgument('Deleting flows needs a namespace: without one it would be those of all namespaces');
  const { flows: validated } = await gateway.registry.validateFlows({ source });
  const invalid = validated.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'ERROR'));
  if (invalid.length > 0) throw invalidFlow(invalid);
  const strange =
    namespace === undefined ? undefined : validated.find((flow) => !isWithin(flow.namespace, namespace, exactly));
  if (strange)
    throw new RestError(422, `Invalid entity: flow.namespace: ${strange.namespace ?? ''} - flow namespace is invalid`, {
      errors: [{ message: 'flow namespace is invalid', path: 'flow.namespace' }],
    });
  const saved: FlowRecord[] = [];
  for (const document of splitDocuments(source)) saved.push(await save(gateway, { source: document.source }, request));
  if (deletes && namespace !== undefined) await deleteOthers(gateway, namespace, exactly, saved);
  return saved;
}

async function deleteOthers(
  { flows, registry }: Gateway,
  namespace: string,
  exactly: boolean,
  kept: readonly FlowRecord[],
): Promise<void> {
  const keep = new Set(kept.map((flow) => `${flow.namespace}/${flow.id}`));
  const there = await flows.search({ namespace: exactly ? { eq: namespace } : { under: namespace } }, 0, MAX_FLOWS);
  for (const flow of there)
    if (!keep.has(`${flow.namespace}/${flow.id}`))
      await registry.deleteFlow({ namespace: flow.namespace, id: flow.id });
}

const isWithin = (given: string | undefined, namespace: string, exactly: boolean): boolean =>
  given === namespace || (!exactly && given !== undefined && given.startsWith(`${namespace}.`));

async function findFlow(
  { registry }: Gateway,
  { namespace = '', id = '' }: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Promise<FlowRecord> {
  const revision = Number(query.get('revision') ?? Number.NaN);
  const { record } = await registry.getFlow({
    namespace,
    id,
    ...(Number.isInteger(revision) && { revision }),
    ...(flagOf(query, 'allowDeleted') && { allowDeleted: true }),
  });
  if (!record) throw new RestError(404, 'Not Found');
  return record;
}

function flowFilterOf(query: URLSearchParams): FlowFilter {
  const filters = filtersOfQuery(query, ['namespace', 'flowId', 'labels', 'q', 'scope']);
  const under = valueOf(query, filters, 'namespace');
  const text = valueOf(query, filters, 'q');
  const id = textFilterOf(query, filters, 'flowId');
  const labels = labelsOfQuery(query, filters);
  return { ...(under && { namespace: { under } }), ...(text && { text }), ...(id && { id }), labels };
}

async function validate({ registry }: Gateway, source: string): Promise<unknown[]> {
  const { flows } = await registry.validateFlows({ source });
  return flows.map(({ index, namespace, id, findings }) => {
    const messages = (severity: string): string[] =>
      findings.filter((finding) => finding.severity === severity).map(({ message }) => message);
    const errors = findings.filter(({ severity }) => severity === 'ERROR');
    return {
      index,
      ...(namespace && { namespace }),
      ...(id && { flow: id }),
      outdated: false,
      deprecationPaths: findings.filter(({ code }) => code.includes('DEPRECATED')).map(({ path }) => path),
      warnings: messages('WARNING'),
      infos: messages('INFO'),
      ...(errors.length > 0 && { constraints: `Validation error: ${messages('ERROR').join('\n')}`, errors }),
    };
  });
}

/** Depth first through every list and map of a flow. */
function findTask(value: unknown, taskId: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('id' in value && value.id === taskId && 'type' in value) return value;
  for (const child of Object.values(value)) {
    const found = findTask(child, taskId);
    if (found) return found;
  }
  return undefined;
}

const FRAGMENT_MARGIN = 40;

/** Where a text occurs, marked, with some of what stands around it. */
function fragmentsOf(source: string, text: string): string[] {
  const at = text === '' ? -1 : source.toLowerCase().indexOf(text.toLowerCase());
  if (at < 0) return [];
  const before = source.slice(Math.max(at - FRAGMENT_MARGIN, 0), at);
  const after = source.slice(at + text.length, at + text.length + FRAGMENT_MARGIN);
  return [`${before}[mark]${source.slice(at, at + text.length)}[/mark]${after}`];
}
