import type { Emitter } from 'liquidjs';
import type { Budget } from '../budget.ts';
import type { Value } from '../json.ts';
import { textOf } from '../values/print.ts';

/** Collects text; what Liquid's own tags write prints as everything else does. */
export class TextEmitter implements Emitter {
  buffer = '';
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  write(value: Value | undefined): void {
    this.buffer += typeof value === 'string' ? value : textOf(value ?? null, this.budget);
    this.budget.output(this.buffer.length);
  }
}
