import type {
  Backfill,
  BackfillTrigger,
  JsonMap,
  Label,
  ListTriggers,
  TriggerRef,
  TriggerState,
} from '@tutti/contracts';
import type { Resolvers } from '../graphql/context.ts';
import { present } from '../graphql/present.ts';
import { payload } from '../graphql/payload.ts';

export const triggerResolvers: Resolvers = {
  Query: {
    triggers: async (_: unknown, args: { namespace?: string | null; flowId?: string | null }, { gateway }) =>
      (await gateway.trigger.list(present(args) satisfies ListTriggers)).triggers,
  },
  Mutation: {
    setTriggerDisabled: (
      _: unknown,
      { input: { trigger, disabled } }: { input: { trigger: TriggerRef; disabled: boolean } },
      { gateway },
    ) => payload(() => gateway.trigger.setDisabled({ ...trigger, disabled })),
    backfill: (_: unknown, { input }: { input: BackfillInput }, { gateway }) =>
      payload(() => gateway.trigger.backfill(toBackfill(input))),
    unlockTrigger: (_: unknown, { input }: { input: TriggerRef }, { gateway }) =>
      payload(() => gateway.trigger.unlock(input)),
  },
  Trigger: {
    lastDate: ({ lastDateMs }: TriggerState) => lastDateMs,
    nextDate: ({ nextDateMs }: TriggerState) => nextDateMs,
    updatedAt: ({ updatedAtMs }: TriggerState) => updatedAtMs,
  },
  Backfill: {
    start: ({ startMs }: Backfill) => startMs,
    end: ({ endMs }: Backfill) => endMs,
    currentDate: ({ currentDateMs }: Backfill) => currentDateMs,
    labels: ({ labels }: Backfill) => labels ?? [],
  },
};

interface BackfillInput {
  readonly trigger: TriggerRef;
  readonly action: 'CREATE' | 'PAUSE' | 'UNPAUSE' | 'DELETE';
  readonly start?: number | null;
  readonly end?: number | null;
  readonly inputs?: JsonMap | null;
  readonly labels?: readonly Label[] | null;
}

const ACTIONS = { CREATE: 'create', PAUSE: 'pause', UNPAUSE: 'unpause', DELETE: 'delete' } as const;

function toBackfill(input: BackfillInput): BackfillTrigger {
  const { trigger, action, start: startMs, end: endMs, ...rest } = present(input);
  return {
    ...trigger,
    action: ACTIONS[action],
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    ...rest,
  };
}
