import type { Catalogue } from '../catalogue.ts';
import type { Editable } from './editable.ts';
import { migrationTemplates } from './migration-templates.ts';
import { sourceTemplates } from './source-templates.ts';

/** Puts parentheses where the 2.0 language would read an expression in another way than it was written for. */
export function settleReadings(flow: Editable, _catalogue: Catalogue): void {
  for (const { template, path } of sourceTemplates(flow.data, []))
    for (const { begin, end, ours, later } of migrationTemplates.readings(template)) {
      const done = flow.insertInScalar(path, [
        [begin, '('],
        [end, ')'],
      ]);
      if (done) flow.changed(path, `parentheses: ${ours}; without them it would be ${later}`);
      else flow.leave(path, `Write the parentheses: ${ours}.`);
    }
}
