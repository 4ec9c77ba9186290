import type { Flow } from '../flow.ts';
import type { Findings, Place } from '../finding.ts';
import { scalarOffset } from '../yaml/scalar-offset.ts';
import { NamesInScope, type VariableUse } from './names-in-scope.ts';
import type { TemplateFault, WeighedFault } from './template-fault.ts';
import { templateSites, type TemplateSite } from './template-sites.ts';
import type { Checked } from './checked.ts';

/** What the check of templates needs of the expression language. */
export interface TemplateChecker {
  /** What shows without rendering: faults of syntax, unknown filters and functions. */
  check(template: string): readonly TemplateFault[];
  /** The variables of a template without such faults. */
  references(template: string): { readonly uses: readonly VariableUse[] };
}

/** Checks every template of a flow: that it parses, that filters and functions exist, and the tasks and inputs it names. */
export function checkTemplates(flow: Flow, checked: Checked, templates: TemplateChecker): void {
  const names = new NamesInScope(flow, checked.catalogue);
  for (const site of templateSites(flow, checked)) {
    const faults = templates.check(site.template).map((fault) => ({ ...fault, severity: 'ERROR' as const }));
    const unknown = faults.length > 0 ? [] : names.faults(site, templates.references(site.template).uses);
    for (const fault of [...faults, ...unknown]) report(site, fault, checked);
  }
}

function report(site: TemplateSite, fault: WeighedFault, checked: Checked): void {
  const { findings } = checked;
  const options = {
    hint: fault.hint,
    ...(site.onKey ? { onKey: true } : { place: placeOf(site, fault.offset, checked) }),
  };
  // A variable is rendered only where something asks for it.
  const severity: Parameters<Findings['add']>[0] = site.kind === 'variable' ? 'WARNING' : fault.severity;
  findings.add(severity, site.path, fault.code, fault.message, options);
}

function placeOf({ path }: TemplateSite, offset: number, { document }: Checked): Place | undefined {
  const scalar = document.scalar(path);
  return scalar && document.placeAt(scalarOffset(document.source, scalar, offset));
}
