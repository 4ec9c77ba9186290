import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlow } from '@tutti/flow-model';
import { expect, it } from 'vitest';
import { loadCatalogue } from './load-plugins.ts';

const FOLDER = join(import.meta.dirname, 'course-flows');
const flows = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const catalogue = await loadCatalogue('');

it('finds the flows', () => expect(flows.length).toBeGreaterThanOrEqual(16));

/** The course sets a default that no task of these flows takes; Tutti says so, and goes on. */
const EXPECTED = 'PLUGIN_DEFAULT_UNUSED';

it.each(flows)('reads %s without a fault', (name) => {
  const { flow, findings } = parseFlow(readFileSync(join(FOLDER, name), 'utf8'), catalogue);
  expect(findings.filter(({ severity, code }) => severity !== 'INFO' && code !== EXPECTED)).toEqual([]);
  expect(flow).toMatchObject({ id: name.replace(/\.yaml$/, '') });
});
