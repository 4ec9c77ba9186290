import type { Json, RunContext } from '@tutti/plugin-sdk';

/** What a message says of an execution. */
export interface Summary {
  readonly title: string;
  /** How it stands; FAILED also where the flow's `errors` are still at work. */
  readonly state: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

interface Asked {
  readonly executionId?: string | undefined;
  readonly customFields?: Readonly<Record<string, Json>> | undefined;
}

/** Asks how an execution stands, and puts it into words. */
export async function describeExecution(
  { engine, execution }: RunContext,
  { executionId = execution.id, customFields = {} }: Asked,
): Promise<Summary> {
  const {
    namespace,
    flowId,
    createdAtMs,
    endedAtMs = Date.now(),
    failedTaskIds,
    ...facts
  } = await engine.describe(executionId);
  const state = facts.state === 'RUNNING' && failedTaskIds.length > 0 ? 'FAILED' : facts.state;
  return {
    title: `${namespace}.${flowId}: ${state}`,
    state,
    fields: [
      { name: 'Namespace', value: namespace },
      { name: 'Flow', value: flowId },
      { name: 'Execution', value: executionId },
      { name: 'State', value: state },
      { name: 'Started', value: new Date(createdAtMs).toISOString() },
      { name: 'Duration', value: `${((endedAtMs - createdAtMs) / 1000).toFixed(1)} s` },
      ...(failedTaskIds.length > 0 ? [{ name: 'Failed tasks', value: failedTaskIds.join(', ') }] : []),
      ...Object.entries(customFields).map(([name, value]) => ({
        name,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })),
    ],
  };
}

/** Red, orange, green or blue, as 24 bits of RGB. */
export function colourOf(state: string): number {
  if (state === 'FAILED' || state === 'KILLED') return 0xd9_2d_20;
  if (state === 'WARNING') return 0xf7_90_09;
  return state === 'SUCCESS' ? 0x12_b7_6a : 0x2e_90_fa;
}
