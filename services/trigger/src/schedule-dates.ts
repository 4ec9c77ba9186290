import type { TriggerDefinition } from '@tutti/flow-model';
import type { Logger } from '@tutti/service-kit';
import { readDates } from './core/dates.ts';
import type { Dates } from './core/dates.ts';
import type { Templates } from './core/templates.ts';
import type { TriggerFlow } from './core/trigger-record.ts';

/** Reads the dates of schedules, whose properties are the user's. */
export class ScheduleDates {
  readonly #templates: Templates;
  readonly #serverZone: string;
  readonly #log: Logger;

  constructor(templates: Templates, serverZone: string, log: Logger) {
    this.#templates = templates;
    this.#serverZone = serverZone;
    this.#log = log;
  }

  /** @throws what `readDates` throws. */
  of(definition: TriggerDefinition, flow: TriggerFlow): Dates {
    return readDates(definition, flow, this.#templates, this.#serverZone);
  }

  /** `undefined`, and a warning, for a schedule that cannot be read or whose conditions fail. */
  tryOf(definition: TriggerDefinition, flow: TriggerFlow): Dates | undefined {
    try {
      const dates = this.of(definition, flow);
      dates.next(0);
      return dates;
    } catch (error) {
      this.#log.warn(
        { namespace: flow.namespace, flowId: flow.id, triggerId: definition.id, err: error },
        'schedule never fires',
      );
      return undefined;
    }
  }
}
