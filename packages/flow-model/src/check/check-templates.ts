import type { Flow } from '../flow.ts';
import type { TemplateReader } from '../plan.ts';
import type { Checked } from './checked.ts';

/** What the check of templates needs of the expression language. */
export interface TemplateChecker extends TemplateReader {
  check(template: string): readonly TemplateFault[];
}

export interface TemplateFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Characters from the beginning of the template. */
  readonly offset: number;
}

/** Checks every template of a flow: that it parses, and that what it names exists. */
export function checkTemplates(_flow: Flow, _checked: Checked, _templates: TemplateChecker): void {
  // Comes with the expression language.
}
