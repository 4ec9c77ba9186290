import { subjects } from '@tutti/contracts';
import type {
  BackfillTrigger,
  ListTriggers,
  ListTriggersReply,
  SetTriggerDisabled,
  TriggerReply,
  UnlockTrigger,
  WebhookCall,
  WebhookReply,
} from '@tutti/contracts';
import type { Bus } from '@tutti/bus';

/** Orders and questions to the trigger service. */
export class TriggerClient {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  list = (command: ListTriggers): Promise<ListTriggersReply> => this.#bus.request(subjects.trigger('list'), command);
  setDisabled = (command: SetTriggerDisabled): Promise<TriggerReply> =>
    this.#bus.request(subjects.trigger('set-disabled'), command);
  backfill = (command: BackfillTrigger): Promise<TriggerReply> =>
    this.#bus.request(subjects.trigger('backfill'), command);
  unlock = (command: UnlockTrigger): Promise<TriggerReply> => this.#bus.request(subjects.trigger('unlock'), command);
  callWebhook = (command: WebhookCall): Promise<WebhookReply> =>
    this.#bus.request(subjects.trigger('webhook'), command, { timeoutMs: 30_000 });
}
