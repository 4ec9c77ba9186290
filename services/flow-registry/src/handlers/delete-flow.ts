import type { DeleteFlow, DeleteFlowReply } from '@tutti/contracts';
import type { SaveFlowDeps } from './save-flow.ts';

/** Deletes a flow by a last revision that says so: executions under way keep theirs, and saving it again goes on from there. */
export async function handleDeleteFlow(
  { flows, announcer, clock }: Omit<SaveFlowDeps, 'reader'>,
  { namespace, id, by }: DeleteFlow,
): Promise<DeleteFlowReply> {
  const deleted = await flows.change(namespace, id, async ({ newest, add }) => {
    if (!newest || newest.deleted) return false;
    const { source, flow = {}, disabled } = newest;
    await add({ namespace, id, source, flow, disabled, deleted: true, by, nowMs: clock.nowMs() });
    return true;
  });
  if (deleted) await announcer.wake();
  return { deleted };
}
