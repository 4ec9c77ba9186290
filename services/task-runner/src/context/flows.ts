import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  DeleteFlow,
  DeleteFlowReply,
  FlowFinding,
  FlowRecord,
  ListFlows,
  ListFlowsReply,
  SaveFlow,
  SaveFlowReply,
} from '@tutti/contracts';
import { TaskError } from '@tutti/plugin-sdk';
import type { FlowSource, Flows } from '@tutti/plugin-sdk';
import { asTaskError } from './as-task-error.ts';

/** The flows over the bus; the flow-registry answers. */
export function createFlows(bus: Bus): Flows {
  const ask = <Req, Res>(verb: string, body: Req): Promise<Res> =>
    bus.request<Req, Res>(subjects.flow(verb), body).catch(asTaskError);
  return {
    async list({ namespace, recursive = false }) {
      const flows: FlowSource[] = [];
      for (let total = 1; flows.length < total;) {
        // An answer holds as many as fit into a message.
        const reply = await ask<ListFlows, ListFlowsReply>('list', { namespace, recursive, offset: flows.length });
        flows.push(...reply.records.map(sourceOf));
        total = reply.records.length === 0 ? 0 : reply.total;
      }
      return flows;
    },
    async save(source, { dryRun = false } = {}) {
      const { record, created, changed, findings } = await ask<SaveFlow, SaveFlowReply>('save', { source, dryRun });
      if (!record) throw faulty(findings);
      return { ...sourceOf(record), created, changed };
    },
    delete: async ({ namespace, id }) => (await ask<DeleteFlow, DeleteFlowReply>('delete', { namespace, id })).deleted,
  };
}

const sourceOf = ({ namespace, id, revision, source }: FlowRecord): FlowSource => ({ namespace, id, revision, source });

function faulty(findings: readonly FlowFinding[]): TaskError {
  const faults = findings
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ line, message, hint = '' }) => `${line === undefined ? '' : `line ${line}: `}${message} ${hint}`.trim());
  return new TaskError('FLOW_FAULTY', faults.join(' '), { retryable: false });
}
