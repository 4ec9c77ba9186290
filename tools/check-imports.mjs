/** Import rules and cycles over the whole tree; fails as well when too few modules were read to mean anything. */
import { cruise } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.mjs';

const FEWEST_MODULES = 60;

const { output } = await cruise(['packages', 'services', 'plugins', 'apps'], {
  ruleSet: { forbidden: rules.forbidden },
  validate: true,
  ...rules.options,
});
const { violations, totalCruised } = output.summary;
for (const { rule, from, to, cycle } of violations)
  console.error(`${rule.name}: ${from} -> ${cycle ? cycle.map(({ name }) => name).join(' -> ') : to}`);
console.log(`import rules: ${totalCruised} modules read, ${violations.length} violations`);
if (totalCruised < FEWEST_MODULES)
  console.error(`only ${totalCruised} modules read, at least ${FEWEST_MODULES} expected`);
process.exitCode = violations.length > 0 || totalCruised < FEWEST_MODULES ? 1 : 0;
