import type { KeyValue, KeyValueType, NamespaceFile, SetKeyValue } from '@tutti/contracts';
import { parseDuration } from '@tutti/flow-model';
import type { Resolvers } from '../graphql/context.ts';
import { isText, pageFrom, toConnection } from '../graphql/connection.ts';
import type { PageArgs } from '../graphql/connection.ts';
import { payload } from '../graphql/payload.ts';
import { putNamespaceFile } from '../operations/put-namespace-file.ts';
import { withParents } from '../operations/namespaces.ts';
import { pageOf } from '../store/database-pages.ts';
import { executionConnection } from './execution.ts';
import { flowConnection } from './flow.ts';

interface Namespace {
  readonly id: string;
}

export const namespaceResolvers: Resolvers = {
  Query: {
    namespaces: async (
      _: unknown,
      { filter, ...args }: PageArgs & { filter?: { text?: string | null } | null },
      context,
    ) => {
      const { limit, after = '' } = pageFrom(args, isText);
      const all = withParents(await context.gateway.flows.allNamespaces());
      const found = all.filter((id) => id.includes(filter?.text ?? ''));
      const page = pageOf(
        found.filter((id) => id > after).map((id) => ({ id })),
        limit,
      );
      return { ...toConnection(page, ({ id }) => id, args), totalCount: found.length };
    },
    namespace: (_: unknown, { id }: Namespace) => ({ id }),
    keyValue: async (_: unknown, args: { namespace: string; key: string; inherit: boolean }, { gateway }) =>
      (await gateway.registry.getKeyValue(args)).found,
    keyValues: async (_: unknown, { namespace, prefix, inherit }: KeyValuesArgs & { namespace: string }, { gateway }) =>
      (await gateway.registry.listKeyValues({ namespace, inherit, ...(prefix && { prefix }) })).entries,
    namespaceFiles: async (_: unknown, args: { namespace: string; under: string }, { gateway }) =>
      (await gateway.registry.listFiles(args)).files,
  },
  Mutation: {
    setKeyValue: (_: unknown, { input }: { input: SetKeyValueInput }, { gateway }) =>
      payload(async () => ({ keyValue: await gateway.registry.setKeyValue(toSetKeyValue(input)) })),
    deleteKeyValue: (_: unknown, args: { namespace: string; key: string }, { gateway }) =>
      changed(async () => ((await gateway.registry.deleteKeyValue(args)).deleted ? 1 : 0)),
    putNamespaceFile: (
      _: unknown,
      { input }: { input: { namespace: string; path: string; content: string } },
      { gateway },
    ) => payload(async () => ({ file: await putNamespaceFile(gateway, input.namespace, input.path, input.content) })),
    deleteNamespaceFile: (_: unknown, args: { namespace: string; path: string }, { gateway }) =>
      changed(async () => (await gateway.registry.deleteFile(args)).changed),
    moveNamespaceFile: (_: unknown, args: { namespace: string; from: string; to: string }, { gateway }) =>
      changed(async () => (await gateway.registry.moveFile(args)).changed),
  },
  Namespace: {
    flows: ({ id }: Namespace, args: PageArgs, context) => flowConnection(context, { namespace: { eq: id } }, args),
    executions: ({ id }: Namespace, args: PageArgs, context) =>
      executionConnection(context, { namespace: { eq: id } }, args),
    keyValues: async ({ id }: Namespace, { prefix, inherit }: KeyValuesArgs, { gateway }) =>
      (await gateway.registry.listKeyValues({ namespace: id, inherit, ...(prefix && { prefix }) })).entries,
    files: async ({ id }: Namespace, { under }: { under: string }, { gateway }) =>
      (await gateway.registry.listFiles({ namespace: id, under })).files,
  },
  KeyValue: {
    createdAt: ({ createdAtMs }: KeyValue) => createdAtMs,
    updatedAt: ({ updatedAtMs }: KeyValue) => updatedAtMs,
    expiresAt: ({ expiresAtMs }: KeyValue) => expiresAtMs,
  },
  NamespaceFile: { updatedAt: ({ updatedAtMs }: NamespaceFile) => updatedAtMs },
};

interface KeyValuesArgs {
  readonly prefix?: string | null;
  readonly inherit: boolean;
}

interface SetKeyValueInput extends Pick<SetKeyValue, 'namespace' | 'key' | 'value'> {
  readonly type?: KeyValueType | null;
  readonly description?: string | null;
  readonly ttl?: string | null;
  readonly overwrite?: boolean | null;
}

function toSetKeyValue({ type, description, ttl, overwrite, ...pair }: SetKeyValueInput): SetKeyValue {
  const ttlMs = ttl ? parseDuration(ttl) : undefined;
  return {
    ...pair,
    overwrite: overwrite ?? true,
    ...(type && { type }),
    ...(description && { description }),
    ...(ttlMs !== undefined && { ttlMs }),
  };
}

async function changed(order: () => Promise<number>) {
  return { changed: 0, ...(await payload(async () => ({ changed: await order() }))) };
}
