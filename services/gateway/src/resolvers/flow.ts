import type { FlowFinding, FlowRecord, JsonMap, SaveFlow } from '@tutti/contracts';
import { isJsonMap } from '@tutti/flow-model';
import type { Resolvers } from '../graphql/context.ts';
import type { RequestContext } from '../graphql/context.ts';
import { isNumber, pageFrom, toConnection } from '../graphql/connection.ts';
import type { PageArgs } from '../graphql/connection.ts';
import { payload } from '../graphql/payload.ts';
import type { UserErrorPayload } from '../graphql/payload.ts';
import { errorCodeOfReason } from '../http/error-code.ts';
import type { ExecutionFilter } from '../store/executions.ts';
import type { FlowFilter, FlowKey } from '../store/flows.ts';
import { executionConnection } from './execution.ts';

/** A page of flows with what it takes to count them all. */
export async function flowConnection({ gateway }: RequestContext, filter: FlowFilter, args: PageArgs) {
  const page = await gateway.flows.list(filter, pageFrom(args, isFlowKey));
  return {
    ...toConnection(page, ({ namespace, id }) => ({ namespace, id }), args),
    totalCount: () => gateway.flows.count(filter),
  };
}

export const flowResolvers: Resolvers = {
  Query: {
    flow: (_: unknown, { namespace, id, revision }: FlowKey & { revision?: number | null }, { loaders }) =>
      loaders.flow.get({ namespace, id, revision: revision ?? undefined }),
    flows: (_: unknown, { filter, ...page }: PageArgs & { filter?: FlowFilter | null }, context) =>
      flowConnection(context, filter ?? {}, page),
    validateFlow: async (_: unknown, { source }: { source: string }, { gateway }) =>
      (await gateway.registry.validateFlows({ source })).flows.map((flow) => ({
        ...flow,
        valid: !flow.findings.some(isError),
      })),
  },
  Mutation: {
    saveFlow: (_: unknown, { input }: { input: SaveInput }, context) => saveFlow(context, input),
    deleteFlow: (_: unknown, { input }: { input: FlowKey }, { gateway, caller }) =>
      payload(() => gateway.registry.deleteFlow({ ...input, ...(caller.name && { by: caller.name }) })).then(
        (result) => ({
          deleted: false,
          ...result,
        }),
      ),
  },
  Flow: {
    key: ({ namespace, id }: FlowRecord) => `${namespace}/${id}`,
    description: ({ flow }: FlowRecord) => flow?.['description'],
    labels: ({ flow }: FlowRecord) => labelsOf(flow),
    inputs: ({ flow }: FlowRecord) => flow?.['inputs'] ?? [],
    definition: ({ flow }: FlowRecord) => flow,
    updatedAt: ({ updatedAtMs }: FlowRecord) => updatedAtMs,
    revisions: async ({ namespace, id }: FlowRecord, args: PageArgs, { gateway }) => {
      const page = await gateway.flows.history({ namespace, id }, pageFrom(args, isNumber));
      const totalCount = async (): Promise<number> =>
        (await gateway.flows.newest([{ namespace, id }]))[0]?.revision ?? page.items.length;
      return { ...toConnection(page, ({ revision }) => revision, args), totalCount };
    },
    executions: (
      { namespace, id }: FlowRecord,
      { filter, ...page }: PageArgs & { filter?: ExecutionFilter | null },
      context,
    ) => executionConnection(context, { ...filter, namespace: { eq: namespace }, flowId: { eq: id } }, page),
    triggers: async ({ namespace, id }: FlowRecord, _: unknown, { gateway }) =>
      (await gateway.trigger.list({ namespace, flowId: id })).triggers,
  },
  FlowFinding: { reason: ({ code }: FlowFinding) => code },
};

interface SaveInput {
  readonly source: string;
  readonly mode?: 'CREATE' | 'UPDATE' | null;
  readonly dryRun?: boolean | null;
}

const MODES = { CREATE: 'create', UPDATE: 'update' } as const;

async function saveFlow({ gateway, caller }: RequestContext, { source, mode, dryRun }: SaveInput) {
  const order: SaveFlow = {
    source,
    dryRun: dryRun ?? false,
    ...(mode && { mode: MODES[mode] }),
    ...(caller.name && { by: caller.name }),
  };
  const result = await payload(async () => {
    const { record, ...reply } = await gateway.registry.saveFlow(order);
    return { ...reply, flow: record, errors: reply.findings.filter(isError).map(toUserError) };
  });
  return { created: false, changed: false, findings: [], ...result };
}

const isError = ({ severity }: FlowFinding): boolean => severity === 'ERROR';

function toUserError({ code: reason, message, hint, path, line, column }: FlowFinding): UserErrorPayload {
  return { code: errorCodeOfReason(reason), reason, message, hint, path, line, column };
}

function labelsOf(flow: JsonMap | undefined): { key: string; value: string }[] {
  const labels = flow?.['labels'];
  if (!isJsonMap(labels)) return [];
  return Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [{ key, value }] : []));
}

function isFlowKey(value: unknown): value is FlowKey {
  return typeof value === 'object' && value !== null && 'namespace' in value && 'id' in value;
}
