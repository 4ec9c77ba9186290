import type { Flow } from '../flow.ts';
import { checkConditions } from './check-conditions.ts';
import { checkDefaults } from './check-defaults.ts';
import { checkIds } from './check-ids.ts';
import { checkInputDeclarations } from './check-input-declarations.ts';
import { checkTasks } from './check-tasks.ts';
import { checkTemplates, type TemplateChecker } from './check-templates.ts';
import { checkTriggers } from './check-triggers.ts';
import type { Checked } from './checked.ts';

export interface CheckOptions {
  /** Judges the expressions; without it they are not checked. */
  readonly templates?: TemplateChecker;
}

/** Finds what is wrong with a flow as a whole, after each part has been read by itself. */
export function checkFlow(flow: Flow, checked: Checked, { templates }: CheckOptions): void {
  checkIds(flow, checked);
  checkTasks(flow, checked);
  checkInputDeclarations(flow.inputs, checked);
  checkTriggers(flow, checked);
  checkConditions(flow, checked);
  checkDefaults(checked);
  if (templates) checkTemplates(flow, checked, templates);
}
