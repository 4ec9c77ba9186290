import type { Emitter } from 'liquidjs';
import type { Budget } from '../budget.ts';
import { isList, isMap, type Value } from '../json.ts';
import { textOf } from '../values/print.ts';

/** Keeps the value when only one thing is written; else it collects text, as `TextEmitter` does. */
export class ValueEmitter implements Emitter {
  value: Value = '';
  private written = false;
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  get buffer(): string {
    return textOf(this.value, this.budget);
  }

  write(value: Value | undefined): void {
    const added = value ?? null;
    if (added === '') return;
    if (!this.written) this.value = added;
    // Blanks behind a map or list do not make a text of it.
    else if ((isList(this.value) || isMap(this.value)) && typeof added === 'string' && added.trim() === '') return;
    else this.value = this.buffer + textOf(added, this.budget);
    this.written = true;
    if (typeof this.value === 'string') this.budget.output(this.value.length);
  }
}
