import type { TriggerDefinition } from '@tutti/flow-model';
import type { Logger } from '@tutti/service-kit';
import { readDates } from './core/dates.ts';
import type { Dates } from './core/dates.ts';
import type { Templates } from './core/templates.ts';
import { triggerName } from './core/trigger-record.ts';
import type { TriggerFlow, TriggerRecord } from './core/trigger-record.ts';

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

  /** The first date after a time; none, and a warning, for a schedule that cannot be read. */
  next({ definition, flow }: Pick<TriggerRecord, 'definition' | 'flow'>, afterMs: number): number | undefined {
    try {
      return this.of(definition, flow).next(afterMs);
    } catch (error) {
      this.#log.warn(
        { trigger: triggerName({ definition, flow }), err: error },
        'schedule cannot be read, it never fires',
      );
      return undefined;
    }
  }
}
