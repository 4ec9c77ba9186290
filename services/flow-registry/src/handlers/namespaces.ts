import type { GetNamespace, ListNamespacesReply, NamespaceRecord } from '@tutti/contracts';
import type { Clock } from '@tutti/service-kit';
import { requireNamespace } from '../rules/namespaces.ts';
import { pluginDefaultsOf } from '../rules/plugin-defaults.ts';
import type { NamespaceStore } from '../store/namespace-store.ts';

export interface NamespaceDeps {
  readonly namespaces: NamespaceStore;
  readonly clock: Clock;
}

/** Says something about a namespace. Its plugin defaults count from the next save of a flow on. */
export async function handleSaveNamespace(
  { namespaces, clock }: NamespaceDeps,
  record: NamespaceRecord,
): Promise<NamespaceRecord> {
  // prettier-ignore
  requireNamespace(record.id);
  pluginDefaultsOf(record.pluginDefaults);
  await namespaces.save(record, clock.nowMs());
  return record;
}

export async function handleGetNamespace(
  { namespaces }: NamespaceDeps,
  { id }: GetNamespace,
): Promise<NamespaceRecord> {
  return (await namespaces.find([id]))[0] ?? { id, pluginDefaults: [] };
}

export async function handleListNamespaces({ namespaces }: NamespaceDeps): Promise<ListNamespacesReply> {
  return { ids: await namespaces.ids() };
}
