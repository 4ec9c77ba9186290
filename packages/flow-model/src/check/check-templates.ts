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
  /** What versions of the language read differently, in a template without faults. */
  readings(template: string): readonly TwoReadings[];
}

/** An operator with the operands that we read, from `begin` to `end` of the template, and both readings in words. */
interface TwoReadings {
  readonly operator: string;
  readonly begin: number;
  readonly ours: string;
  readonly later: string;
}

/** Checks every template of a flow: that it parses, that filters and functions exist, and the tasks and inputs it names. */
export function checkTemplates(flow: Flow, checked: Checked, templates: TemplateChecker): void {
  const names = new NamesInScope(flow, checked.catalogue);
  for (const site of templateSites(flow, checked)) {
    const faults = templates.check(site.template).map((fault) => ({ ...fault, severity: 'ERROR' as const }));
    for (const fault of faults) report(site, fault, checked);
    if (faults.length > 0) continue;
    if (site.kind !== 'elsewhere')
      for (const fault of names.faults(site, templates.references(site.template).uses)) report(site, fault, checked);
    for (const reading of templates.readings(site.template)) report(site, disputeOf(reading), checked);
  }
}

/** We read as up to 1.3; whoever knows the newer language may mean the other. */
function disputeOf({ operator, begin, ours, later }: TwoReadings): WeighedFault {
  return {
    severity: 'WARNING',
    code: 'EXPRESSION_TWO_READINGS',
    message: `"${operator}" binds tighter up to version 1.3 than from 2.0 on. Here it is read as up to 1.3, ${ours}; from 2.0 on it is ${later}.`,
    hint: `Write the parentheses: ${ours}, or ${later}.`,
    offset: begin,
  };
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
