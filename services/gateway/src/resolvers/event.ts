import type { ExecutionEvent, FlowEvent, TaskRunEvent } from '@tutti/contracts';
import type { RequestContext, Subscribers } from '../graphql/context.ts';
import { present } from '../graphql/present.ts';
import { cancellable } from '../live/cancellable.ts';
import { followAll } from '../live/event-feed.ts';
import type { Heard } from '../live/event-feed.ts';

interface EventFilter {
  readonly types?: readonly string[] | null;
  readonly namespace?: string | null;
  readonly flowId?: string | null;
  readonly executionId?: string | null;
}

type EventBody = Partial<ExecutionEvent & TaskRunEvent & FlowEvent>;

export const eventSubscribers: Subscribers = {
  events: ({ filter }: { filter?: EventFilter | null }, { gateway, signal: outer, disconnect }: RequestContext) => {
    const accepts = (heard: Heard<EventBody>): boolean => fits(present(filter ?? {}), heard);
    return cancellable(async function* (signal) {
      for await (const { subject, body } of followAll<EventBody>(gateway.bus, 'evt.>', {
        signal,
        accepts,
        onOverflow: disconnect,
      }))
        yield { type: typeOf(subject), subject, data: body };
    }, outer);
  },
};

/** `execution.ended` of `evt.execution.ended.…`. */
const typeOf = (subject: string): string => subject.split('.').slice(1, 3).join('.');

function fits(
  {
    types,
    namespace,
    flowId,
    executionId,
  }: { types?: readonly string[]; namespace?: string; flowId?: string; executionId?: string },
  { subject, body }: Heard<EventBody>,
): boolean {
  if (types && !types.includes(typeOf(subject))) return false;
  const flow = body.execution ?? body.taskRuns?.[0] ?? (body.record && { ...body.record, flowId: body.record.id });
  if (namespace && flow?.namespace !== namespace && !flow?.namespace.startsWith(`${namespace}.`)) return false;
  if (flowId && flow?.flowId !== flowId) return false;
  return !executionId || executionId === (body.execution?.id ?? body.executionId);
}
