import type { BatchOptions, Bus, ConsumerDefinition, PulledMessage, Subscription } from './bus.ts';

/** Reads batch after batch: the next one is what came while the last one was handled. */
export function consumeBatches<T>(
  bus: Pick<Bus, 'pull'>,
  consumer: ConsumerDefinition,
  { maxBatch, handler }: BatchOptions<T>,
  onError: (error: unknown) => void,
): Subscription {
  let waiting: PulledMessage<T>[] = [];
  let inHand = 0;
  let current: Promise<void> = Promise.resolve();

  const handleWaiting = async (): Promise<void> => {
    const batch = waiting.splice(0, maxBatch);
    inHand = batch.length;
    try {
      await handler(batch);
      for (const message of batch) message.ack();
    } catch (error) {
      onError(error);
      for (const message of batch) message.nak(FAILED_BATCH_PAUSE_MS);
    }
    inHand = 0;
    puller.wake();
    if (waiting.length > 0) await handleWaiting();
  };
  const puller = bus.pull<T>(consumer, {
    freeSlots: () => 2 * maxBatch - waiting.length - inHand,
    handler: (message) => {
      waiting.push(message);
      if (waiting.length === 1 && inHand === 0) queueMicrotask(() => (current = handleWaiting()));
    },
  });
  return {
    async stop() {
      await puller.stop();
      for (const message of waiting) message.nak();
      waiting = [];
      await current;
    },
  };
}

/** Pause before a batch that could not be handled comes again, ms. */
const FAILED_BATCH_PAUSE_MS = 1_000;
