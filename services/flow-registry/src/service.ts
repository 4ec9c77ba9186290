import { subjects } from '@tutti/contracts';
import type { Bus, Subscription } from '@tutti/bus';
import type { Metrics } from '@tutti/service-kit';
import { handleDeleteFlow } from './handlers/delete-flow.ts';
import { handleDeleteFile, handleGetFile, handleListFiles, handleMoveFile, handlePutFile, type FileDeps } from './handlers/files.ts'; // prettier-ignore
import { handleDeleteKeyValue, handleGetKeyValue, handleListKeyValues, handlePurgeKeyValues, handleSetKeyValue, type KeyValueDeps } from './handlers/key-values.ts'; // prettier-ignore
import { handleGetNamespace, handleListNamespaces, handleSaveNamespace, type NamespaceDeps } from './handlers/namespaces.ts'; // prettier-ignore
import { handleGetFlow, handleListFlows, handleListRevisions, handleSearchFlows } from './handlers/read-flows.ts';
import { handleSaveFlow, type SaveFlowDeps } from './handlers/save-flow.ts';
import { handleDeleteSecret, handleGetSecret, handleListSecrets, handleSetSecret, type SecretDeps } from './handlers/secrets.ts'; // prettier-ignore
import { handleValidateFlows } from './handlers/validate-flows.ts';

/** Several instances share the requests. */
const QUEUE = 'flow-registry';

export type ServiceDeps = SaveFlowDeps & KeyValueDeps & FileDeps & NamespaceDeps & SecretDeps;

/** Which handler hears which subject. */
export function subscribe(bus: Bus, deps: ServiceDeps, metrics: Metrics): Subscription[] {
  const duration = metrics.histogram(
    'tutti_flow_registry_request_duration_seconds',
    'From request to answer, by subject.',
  );
  const on = <Req, Res>(subject: string, handle: (deps: ServiceDeps, body: Req) => Promise<Res>): Subscription => {
    const series = duration.with({ subject });
    return bus.respond<Req, Res>(subject, QUEUE, async (body) => {
      const startedMs = performance.now();
      try {
        return await handle(deps, body);
      } finally {
        series.observe((performance.now() - startedMs) / 1_000);
      }
    });
  };
  return [
    on(subjects.flow('save'), handleSaveFlow),
    on(subjects.flow('validate'), handleValidateFlows),
    on(subjects.flow('get'), handleGetFlow),
    on(subjects.flow('list'), handleListFlows),
    on(subjects.flow('revisions'), handleListRevisions),
    on(subjects.flow('search'), handleSearchFlows),
    on(subjects.flow('delete'), handleDeleteFlow),
    on(subjects.keyValue('set'), handleSetKeyValue),
    on(subjects.keyValue('get'), handleGetKeyValue),
    on(subjects.keyValue('delete'), handleDeleteKeyValue),
    on(subjects.keyValue('list'), handleListKeyValues),
    on(subjects.keyValue('purge'), handlePurgeKeyValues),
    on(subjects.file('put'), handlePutFile),
    on(subjects.file('get'), handleGetFile),
    on(subjects.file('list'), handleListFiles),
    on(subjects.file('delete'), handleDeleteFile),
    on(subjects.file('move'), handleMoveFile),
    on(subjects.namespace('save'), handleSaveNamespace),
    on(subjects.namespace('get'), handleGetNamespace),
    on(subjects.namespace('list'), handleListNamespaces),
    on(subjects.secret('get'), handleGetSecret),
    on(subjects.secret('set'), handleSetSecret),
    on(subjects.secret('delete'), handleDeleteSecret),
    on(subjects.secret('list'), handleListSecrets),
    bus.respond(subjects.health('flow-registry'), undefined, () => ({ ready: bus.isConnected() })),
  ];
}
